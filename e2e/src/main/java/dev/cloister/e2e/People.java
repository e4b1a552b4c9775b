package dev.cloister.e2e;

import dev.cloister.client.CoordinatorAddress;
import dev.cloister.encoding.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** What the owners of a guestbook, its recovery owners and outsiders type. For one thread. */
final class People {

  /** The transition that attackers try to put into force. */
  static final String THIRD = "@third.json";

  /** How long certificates of an older generation count: short, for the sake of an attack. */
  private static final String GRACE = "45s";

  private static final String FIRST = "@first.json";
  private static final String SECOND = "@second.json";

  private final Guestbook guestbook;
  private final Shell shell;

  People(Guestbook guestbook) {
    this.guestbook = guestbook;
    this.shell = guestbook.shell();
  }

  /** Three owners, two of whom must agree, and three who can recover, two of whom are needed. */
  void found() {
    shell.run(
        "init",
        "--name",
        "guestbook",
        "--simulated",
        "--update-owners",
        "ann,bob,cid",
        "--threshold",
        "2",
        "--recovery-owners",
        "rut,sam,tom",
        "--recovery-threshold",
        "2",
        "-d",
        "@.");
    guestbook.yaml(Guestbook.YAML, text -> text);
    guestbook.yaml(Guestbook.SETTINGS, text -> text);
    guestbook.fleet().write(Monitor.YAML_FILE, Monitor.YAML);
    generate();
  }

  private void generate() {
    guestbook
        .fleet()
        .generate(
            List.of(Guestbook.YAML, Guestbook.SETTINGS, Monitor.YAML_FILE),
            "--certificate-grace",
            GRACE);
  }

  /** The first transition: one owner makes it, another approves it, with two recovery owners. */
  void first() {
    sign(FIRST, "open the guestbook", "ann", "rut");
    approve(FIRST, "bob", "sam");
    set(FIRST);
    guestbook.stores().keep(KeptStores.FIRST);
  }

  /** One more name for the front, signed by two of three. The policies stay as they are. */
  void update() {
    guestbook.yaml(
        Guestbook.YAML, text -> text.replace(Guestbook.FRONT, Guestbook.FRONT + ",guests.example"));
    generate();
    sign(SECOND, "the front has a second name", "bob");
    approve(SECOND, "cid");
    set(SECOND);
    guestbook.stores().keep(KeptStores.NEWEST);
  }

  void sign(String file, String reason, String... owners) {
    List<String> words = new ArrayList<>(List.of("sign", "--to", file, "--reason", reason));
    shell.run(words(words, owners));
  }

  void approve(String file, String... owners) {
    shell.run(words(new ArrayList<>(List.of("approve", file)), owners));
  }

  private void set(String file) {
    shell.run(words(new ArrayList<>(List.of("set", "--transition", file)), "ann"));
  }

  private static String[] words(List<String> words, String... owners) {
    words.addAll(List.of("-m", "@generated/manifest.json", "-d", "@" + owners[0]));
    if (!words.getFirst().equals("set")) {
      for (String owner : owners) {
        words.addAll(List.of("-k", "@" + owner));
      }
    }
    words.addAll(List.of("--allow-simulated", "--known-heads", "@known-heads.json"));
    return words.toArray(new String[0]);
  }

  /** Two of the three recovery owners hand in their shares. */
  void recover() {
    recover("rut", 1);
    recover("tom", 3);
  }

  private void recover(String owner, int index) {
    shell.run(recovery(owner, index));
  }

  /** The command by which a recovery owner hands in a share of the first transition. */
  String[] recovery(String owner, int index) {
    return new String[] {
      "recover",
      "-d",
      "@" + owner,
      "--share",
      "@ann/shares/share-1-" + index + ".json",
      "--allow-simulated",
      "--known-heads",
      "@known-heads.json",
      "--coordinator",
      guestbook.address().host()
    };
  }

  /** Why an outsider who knows the pin refuses what answers at an address. */
  String refusedToOutsiders(ErrorCode code, String mentions, CoordinatorAddress where) {
    return shell.refusal(
        code,
        mentions,
        "verify",
        guestbook.deployment().pin() + "@" + where,
        "--allow-simulated",
        "--known-heads",
        "@outsider.json");
  }
}
