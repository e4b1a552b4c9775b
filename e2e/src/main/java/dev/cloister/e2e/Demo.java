package dev.cloister.e2e;

import dev.cloister.attestation.Inconclusive;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.Trusted;
import dev.cloister.cli.NodeConnection;
import dev.cloister.cli.PodRunner;
import dev.cloister.cli.PodVerifier;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.kubernetes.AuditReport;
import dev.cloister.rpc.NodeAccess.AttestRequest;
import dev.cloister.rpc.NodePods.Pod;
import dev.cloister.rpc.NodePods.StopPodRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The demo: a pod from plain YAML, proven, then attacked. For one thread. */
final class Demo {

  private static final Duration POD_LIMIT = Duration.ofMinutes(2);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(60);

  private final Stage stage;
  private final Consumer<String> story;
  private final Consumer<StepResult> seen;
  private final List<StepResult> results = new ArrayList<>();
  private @Nullable Pod pod;

  /**
   * @param story hears what people should read
   * @param seen hears each result as it comes
   */
  Demo(Stage stage, Consumer<String> story, Consumer<StepResult> seen) {
    this.stage = stage;
    this.story = story;
    this.seen = seen;
  }

  /**
   * Everything; a step that fails ends it, an attack that is not refused does not.
   *
   * @param deployment whether the second half is shown too
   */
  List<StepResult> run(boolean deployment) {
    boolean up =
        step("build what is missing", this::build)
            && step("start a registry, push the images", this::publish)
            && step("generate policies and manifest", this::generate)
            && honest();
    if (up) {
      Attacks.onPods().forEach(this::attack);
    }
    if (up && deployment) {
      step("end the pods of this half", this::endPods);
      deployment();
    }
    return List.copyOf(results);
  }

  /** A deployment with owners, a Coordinator and two workloads, attacked and recovered. */
  private void deployment() {
    if (open() && change()) {
      Attacks.onDeployments().forEach(this::attack);
      step("the Coordinator is recovered by two of three shares", this::recover);
    }
  }

  /** From three owners to two workloads that have joined. */
  boolean open() {
    return step("three owners found a deployment", this::found)
        && step("boot the Coordinator", this::bootCoordinator)
        && step("two of three owners sign the first transition", this::first)
        && step("two workloads boot and join", this::join)
        && step("an outsider verifies it, knowing the pin", this::verify);
  }

  /** A change while everything runs. */
  boolean change() {
    return step("two of three owners change it, without a restart", this::update);
  }

  /** The honest pod: boot, use, proof. */
  boolean honest() {
    return step("boot the pod", this::boot)
        && step("call its web server with curl", this::call)
        && step("attest the pod", this::attest);
  }

  /** One more step, for what comes after. */
  boolean step(String name, Supplier<String> work) {
    return record(name, StepResult.Kind.STEP, work);
  }

  List<StepResult> results() {
    return List.copyOf(results);
  }

  private void attack(Attack attack) {
    record(
        attack.name(),
        StepResult.Kind.ATTACK,
        () -> attack.refuser() + ": " + attack.attempt(stage));
  }

  private boolean record(String name, StepResult.Kind kind, Supplier<String> work) {
    stage.terminal().note("== " + (kind == StepResult.Kind.ATTACK ? "attack: " : "") + name);
    long start = System.nanoTime();
    StepResult result;
    try {
      String detail = work.get();
      result = new StepResult(name, kind, true, millisSince(start), detail);
    } catch (CloisterException e) {
      String detail = Refusals.shown(String.valueOf(e.getMessage()));
      result = new StepResult(name, kind, false, millisSince(start), detail);
    }
    results.add(result);
    seen.accept(result);
    return result.ok();
  }

  private static long millisSince(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }

  private String build() {
    stage.build();
    return "guest image " + stage.guest().name() + ", images " + stage.images().keySet();
  }

  private String publish() {
    stage.publish();
    return stage.registry().address();
  }

  private String generate() {
    stage.generate();
    story.accept(AuditReport.of(stage.workload(), stage.generation().inputs()).firstPage());
    return "initdata " + stage.workload().initdata().digest().toHex().substring(0, 16) + "…";
  }

  private String boot() {
    PodRunner runner = new PodRunner(stage.node(), stage.terminal());
    String id = runner.start(stage.generation(), "").getFirst();
    Pod running = stage.terminal().during("booting the pod", () -> runner.await(id, POD_LIMIT));
    pod = running;
    return NodeConnection.fullName(running)
        + " at "
        + String.join(", ", running.ips())
        + ", "
        + stage.node().calls().getInfo().acceleration();
  }

  private String call() {
    String address = "http://" + running().ips().getFirst() + ":7379";
    String put = Curl.get(address + "/SET/greeting/hello");
    String got = Curl.get(address + "/GET/greeting");
    if (!got.contains("hello")) {
      throw new CloisterException(E2eError.STEP_FAILED, address, "it answered " + got);
    }
    return "curl " + address + "/GET/greeting → " + got + " (SET said " + put + ")";
  }

  private String attest() {
    Bytes nonce = Judge.nonce();
    PodVerifier.Answer answer =
        new Judge(stage)
            .judge(
                nonce,
                stage.node().calls(CALL_LIMIT).attest(new AttestRequest(running().id(), nonce)));
    return switch (answer.verdict()) {
      case Trusted trusted ->
          "SIMULATED evidence trusted: measurement "
              + trusted.reference().launchDigest().toHex().substring(0, 16)
              + "…, initdata and nonce as expected";
      case Rejected rejected ->
          throw new CloisterException(E2eError.STEP_FAILED, "evidence", rejected.toString());
      case Inconclusive inconclusive ->
          throw new CloisterException(
              E2eError.STEP_FAILED, "evidence", "missing " + inconclusive.missing());
    };
  }

  private String endPods() {
    stage.endHostilePod();
    stage.endForgedPod();
    for (Pod one : stage.node().calls().listPods().pods()) {
      stage.node().calls(POD_LIMIT).stopPod(new StopPodRequest(one.id()));
    }
    pod = null;
    return "the node and the registry stay";
  }

  private String found() {
    stage.publishCoordinator();
    Shop shop = stage.open(story);
    shop.found();
    return "pin " + shop.deployment().pin();
  }

  private String bootCoordinator() {
    stage.shop().startCoordinator();
    return "it answers at " + stage.shop().address() + " and awaits its first transition";
  }

  private String first() {
    stage.shop().first();
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
    stage.shop().update();
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
    stage.shop().useStore(Shop.NEWEST_STORE);
    stage.shop().startCoordinator();
    stage.shop().recover();
    return "serves again: " + verify() + "; joined: " + stage.shop().awaitJoined(2);
  }

  private Pod running() {
    if (pod == null) {
      throw new IllegalStateException("the pod has not been booted");
    }
    return pod;
  }
}
