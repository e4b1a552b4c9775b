package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.NodePods.Pod;
import java.util.List;
import java.util.function.Consumer;

/**
 * The story of a deployment with owners, a Coordinator and two workloads: founded, verified from
 * outside, changed, attacked, recovered. For one thread.
 */
final class DeploymentStory {

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

  /** From three owners to two workloads that have joined, and an outsider who knows it. */
  boolean open() {
    return steps.step("three owners found a deployment", this::found)
        && steps.step("boot the Coordinator", this::bootCoordinator)
        && steps.step("two of three owners sign the first transition", this::first)
        && steps.step("two workloads boot and join", this::join)
        && steps.step("an outsider verifies it, knowing the pin", this::verify);
  }

  /** A change while everything runs. */
  boolean change() {
    return steps.step("two of three owners change it, without a restart", this::update);
  }

  private String found() {
    stage.publishCoordinator();
    Shop shop = stage.open(story);
    shop.people().found();
    return "pin " + shop.deployment().pin();
  }

  private String bootCoordinator() {
    stage.shop().startCoordinator();
    return "it answers at " + stage.shop().address() + " and awaits its first transition";
  }

  private String first() {
    stage.shop().people().first();
    return "in force: " + stage.shop().history().head();
  }

  private String join() {
    stage.shop().startWorkloads();
    return stage.shop().awaitJoined(1);
  }

  private String verify() {
    String report =
        stage
            .shop()
            .shell()
            .run(
                "verify",
                stage.shop().target(),
                "--allow-simulated",
                "--known-heads",
                "@outsider.json",
                "--out",
                "@outsider");
    return report.lines().findFirst().orElse("");
  }

  private String update() {
    List<Long> before = stage.shop().workloads().stream().map(Pod::qemuPid).toList();
    stage.shop().people().update();
    String who = stage.shop().awaitJoined(2);
    List<Long> after = stage.shop().workloads().stream().map(Pod::qemuPid).toList();
    if (!before.equals(after)) {
      throw new CloisterException(E2eError.STEP_FAILED, "update", "a pod was started anew");
    }
    return "new certificates in the same VMs: " + who;
  }

  /** Brings the Coordinator back from shares, after the attacks that killed it. */
  String recover() {
    stage.shop().killCoordinator();
    stage.shop().stores().use(KeptStores.NEWEST);
    stage.shop().startCoordinator();
    stage.shop().people().recover();
    return "serves again: " + verify() + "; joined: " + stage.shop().awaitJoined(2);
  }
}
