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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The story of one pod from plain YAML: booted, called, proven, then attacked. For one thread. */
final class PodStory {

  private static final Duration POD_LIMIT = Duration.ofMinutes(2);
  private static final Duration CALL_LIMIT = Duration.ofSeconds(60);

  private final Stage stage;
  private final Consumer<String> story;
  private final Steps steps;
  private @Nullable Pod pod;

  /**
   * @param story hears what people should read
   */
  PodStory(Stage stage, Consumer<String> story, Steps steps) {
    this.stage = stage;
    this.story = story;
    this.steps = steps;
  }

  /** Everything; a step that fails ends it, an attack that is not refused does not. */
  boolean tell() {
    boolean up = steps.step("generate policies and manifest", this::generate) && honest();
    if (up) {
      Attacks.onPods().forEach(steps::attack);
    }
    return up && steps.step("end the pods", this::end);
  }

  /** The honest pod: boot, use, proof. */
  boolean honest() {
    return steps.step("boot the pod", this::boot)
        && steps.step("call its web server with curl", this::call)
        && steps.step("attest the pod", this::attest);
  }

  private String generate() {
    stage.generate();
    story.accept(AuditReport.of(stage.workload(), stage.generation().inputs()).firstPage());
    return "initdata " + stage.workload().initdata().digest().toHex().substring(0, 16) + "…";
  }

  private String boot() {
    PodRunner runner = new PodRunner(stage.node(), stage.terminal());
    String id = runner.start(stage.generation(), stage.tee(), "").getFirst();
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
          "SIMULATED evidence of "
              + stage.tee().text()
              + " trusted: measurement "
              + trusted.reference().launchDigest().toHex().substring(0, 16)
              + "…, initdata and nonce as expected";
      case Rejected rejected ->
          throw new CloisterException(E2eError.STEP_FAILED, "evidence", rejected.toString());
      case Inconclusive inconclusive ->
          throw new CloisterException(
              E2eError.STEP_FAILED, "evidence", "missing " + inconclusive.missing());
    };
  }

  private String end() {
    stage.endHostilePod();
    stage.endForgedPod();
    for (Pod one : stage.node().calls().listPods().pods()) {
      stage.node().calls(POD_LIMIT).stopPod(new StopPodRequest(one.id()));
    }
    pod = null;
    return "the node and the registry stay";
  }

  private Pod running() {
    if (pod == null) {
      throw new IllegalStateException("the pod has not been booted");
    }
    return pod;
  }
}
