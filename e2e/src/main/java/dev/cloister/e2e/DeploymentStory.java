package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.NodePods.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The story of a deployment with owners, a Coordinator, a web front and a database: founded,
 * verified from outside, changed, attacked, recovered. For one thread.
 */
final class DeploymentStory {

  private static final String ENTRY = "I was here";

  private final Stage stage;
  private final Consumer<String> story;
  private final Steps steps;

  /**
   * @param story hears what people should read
   */
  DeploymentStory(Stage stage, Consumer<String> story, Steps steps) {
    this.stage = stage;
    this.story = story;
    this.steps = steps;
  }

  /** Everything; a step that fails ends it, an attack that is not refused does not. */
  boolean tell() {
    if (!open() || !change()) {
      return false;
    }
    Attacks.onDeployments().forEach(steps::attack);
    return steps.step("two of three shares recover the Coordinator", this::recover);
  }

  /** From three owners to a page that an outsider has verified before calling it. */
  boolean open() {
    return steps.step("three owners found a deployment", this::found)
        && steps.step("boot the Coordinator", this::bootCoordinator)
        && steps.step("two of three owners sign the first transition", this::first)
        && steps.step("front, database and monitor boot and join", this::join)
        && steps.step("an outsider verifies it, knowing the pin", this::verify)
        && steps.step("a web call writes and reads the database", this::call);
  }

  /** A change while everything runs. */
  boolean change() {
    return steps.step("two of three owners change it, without a restart", this::update);
  }

  private String found() {
    stage.publishCoordinator();
    stage.publish(Guestbook.EXAMPLE, stage.example(Guestbook.EXAMPLE));
    Guestbook guestbook = stage.open(story);
    guestbook.people().found();
    return "pin " + guestbook.deployment().pin();
  }

  private String bootCoordinator() {
    stage.guestbook().startCoordinator();
    return "it answers at " + stage.guestbook().address() + " and awaits its first transition";
  }

  private String first() {
    stage.guestbook().people().first();
    return "in force: " + stage.guestbook().history().head();
  }

  private String join() {
    stage.guestbook().startWorkloads();
    return stage.guestbook().awaitJoined(1);
  }

  private String verify() {
    String report =
        stage
            .guestbook()
            .shell()
            .run(
                "verify",
                stage.guestbook().target(),
                "--allow-simulated",
                "--known-heads",
                "@outsider.json",
                "--out",
                "@outsider");
    return report.lines().findFirst().orElse("");
  }

  /** One front takes an entry, the other shows it: it went through the mesh twice. */
  private String call() {
    Guestbook guestbook = stage.guestbook();
    List<Pod> fronts = guestbook.fronts();
    Path entry = guestbook.directory().resolve("entry");
    try {
      Files.writeString(entry, ENTRY);
    } catch (IOException e) {
      throw Stage.failed(entry.toString(), e);
    }
    List<String> sign = new ArrayList<>(guestbook.curl(fronts.getFirst(), "/sign"));
    sign.addAll(List.of("-T", entry.toString()));
    Curl.run(sign);
    String entries = Curl.run(guestbook.curl(fronts.getLast(), "/entries"));
    if (!entries.contains(ENTRY)) {
      throw new CloisterException(E2eError.STEP_FAILED, "entries", "it answered " + entries);
    }
    return "signed at "
        + fronts.getFirst().name()
        + ", read at "
        + fronts.getLast().name()
        + ": "
        + entries;
  }

  /** The visitor's connection lives through the change; nothing that was asked on it fails. */
  private String update() {
    Guestbook guestbook = stage.guestbook();
    List<Long> before = guestbook.workloads().stream().map(Pod::qemuPid).toList();
    String answers;
    try (Visitor visitor =
        Visitor.comes(guestbook.curl(guestbook.fronts().getFirst(), "/entries"))) {
      guestbook.people().update();
      guestbook.awaitJoined(2);
      answers = visitor.leaves();
    }
    List<Long> after = guestbook.workloads().stream().map(Pod::qemuPid).toList();
    if (!before.equals(after)) {
      throw new CloisterException(E2eError.STEP_FAILED, "update", "a pod was started anew");
    }
    return "new certificates in the same VMs; " + answers;
  }

  /** Brings the Coordinator back from shares, after the attacks that killed it. */
  String recover() {
    stage.guestbook().restartCoordinator(KeptStores.NEWEST);
    stage.guestbook().people().recover();
    return "serves again: " + verify() + "; joined: " + stage.guestbook().awaitJoined(2);
  }
}
