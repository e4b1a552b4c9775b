package dev.cloister.e2e;

import dev.cloister.client.CoordinatorAddress;
import dev.cloister.encoding.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** What the owners of a shop, its recovery owners and outsiders type. For one thread. */
final class People {

  /** The transition that attackers try to put into force. */
  static final String THIRD = "@third.json";

  private static final String FIRST = "@first.json";
  private static final String SECOND = "@second.json";

  private final Shop shop;
  private final Shell shell;

  People(Shop shop) {
    this.shop = shop;
    this.shell = shop.shell();
  }

  /** Three owners, two of whom must agree, and three who can recover, two of whom are needed. */
  void found() {
    shell.run(
        "init",
        "--name",
        "shop",
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
    shop.yaml("coordinator", "coordinator.yaml", text -> text);
    shop.yaml("shop", "shop.yaml", text -> text);
    generate();
  }

  private void generate() {
    shell.run(
        "generate",
        "@coordinator.yaml",
        "@shop.yaml",
        "--deployment",
        "@deployment.json",
        "--to",
        "@generated");
  }

  /** The first transition: one owner makes it, another approves it, with two recovery owners. */
  void first() {
    sign(FIRST, "open the shop", "ann", "rut");
    approve(FIRST, "bob", "sam");
    set(FIRST);
    shop.stores().keep(KeptStores.FIRST);
  }

  /** One more name for the front, signed by two of three. The policies stay as they are. */
  void update() {
    shop.yaml(
        "shop",
        "shop.yaml",
        text ->
            text.replaceFirst(
                "        app: front\n    spec:",
                "        app: front\n      annotations:\n        cloister.dev/sans: shop.example\n"
                    + "    spec:"));
    generate();
    sign(SECOND, "the front has a name of its own", "bob");
    approve(SECOND, "cid");
    set(SECOND);
    shop.stores().keep(KeptStores.NEWEST);
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
      shop.address().host()
    };
  }

  /** Why an outsider who knows the pin refuses what answers at an address. */
  String refusedToOutsiders(ErrorCode code, String mentions, CoordinatorAddress where) {
    return shell.refusal(
        code,
        mentions,
        "verify",
        shop.deployment().pin() + "@" + where,
        "--allow-simulated",
        "--known-heads",
        "@outsider.json");
  }
}
