package dev.cloister.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.EvidenceType;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.Trusted;
import dev.cloister.cli.NodeConnection;
import dev.cloister.cli.PodRunner;
import dev.cloister.cli.PodVerifier;
import dev.cloister.cli.Terminal;
import dev.cloister.encoding.Bytes;
import dev.cloister.kubernetes.GeneratedWorkload;
import dev.cloister.policy.PolicyDiff;
import dev.cloister.rpc.NodeAccess.AttestRequest;
import dev.cloister.rpc.NodeAccess.AttestResponse;
import dev.cloister.rpc.NodePods.Pod;
import dev.cloister.rpc.NodePods.StopPodRequest;
import dev.cloister.rpc.NodeService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Two real pods side by side, one with evidence of SNP and one of TDX, the daemon that dies, the
 * next one that adopts them, what they prove, the end.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PodLifeIT {

  private static final Duration RUNNING_LIMIT = Duration.ofMinutes(5);

  private final Stage stage =
      new Stage(Terminal.ofProcess(), Checkout.locations(), EvidenceType.SNP);

  @BeforeAll
  void prepare() {
    stage.build();
    stage.publish();
    stage.generate();
  }

  @AfterAll
  void takeDown() {
    stage.close();
  }

  @Test
  void podsRunOnWithoutTheDaemonAndNothingIsLeftAfterThem() throws Exception {
    List<String> before = inventory();
    NodeService node = stage.node().calls();
    node.runPod(PodRunner.request(stage.workload(), 0, EvidenceType.SNP, ""));
    node.runPod(PodRunner.request(stage.workload(), 1, EvidenceType.TDX, ""));
    List<Pod> pods = awaitRunning(node);
    assertThat(pods.get(0).ips()).isNotEqualTo(pods.get(1).ips());
    for (Pod pod : pods) {
      assertThat(Curl.get(web(pod) + "/SET/me/" + pod.id())).contains("OK");
    }

    ProcessHandle.of(node.getInfo().pid()).orElseThrow().destroyForcibly();
    for (Pod pod : pods) {
      assertThat(Curl.get(web(pod) + "/GET/me")).contains(pod.id());
    }

    try (NodeConnection next = NodeConnection.find(stage.locations()).orElseThrow()) {
      NodeService adopted = next.calls(Duration.ofMinutes(2));
      assertThat(awaitRunning(adopted))
          .extracting(Pod::id, Pod::qemuPid, Pod::ips)
          .containsExactlyElementsOf(
              pods.stream().map(pod -> Tuple.tuple(pod.id(), pod.qemuPid(), pod.ips())).toList());
      rebootsWithAnotherImageAndKeepsThePods(pods);
    }
    try (NodeConnection last = NodeConnection.start(stage.locations(), other())) {
      NodeService adopted = last.calls(Duration.ofMinutes(2));
      assertThat(proven(adopted, pods)).containsExactlyInAnyOrder(EvidenceType.values());
      pods.forEach(pod -> adopted.stopPod(new StopPodRequest(pod.id())));
      assertThat(adopted.listPods().pods()).isEmpty();
    }
    assertThat(inventory()).isEqualTo(before);
  }

  /** Each pod's evidence answers its own question for its own policy only; gives the kinds. */
  private List<EvidenceType> proven(NodeService node, List<Pod> pods) {
    List<EvidenceType> kinds = new ArrayList<>();
    for (Pod pod : pods) {
      Bytes nonce = Judge.nonce();
      AttestResponse answer = node.attest(new AttestRequest(pod.id(), nonce));
      EvidenceType kind = EvidenceType.named(answer.type()).orElseThrow();
      Judge judge = new Judge(stage);
      assertThat(judge.judge(nonce, answer).verdict()).isInstanceOf(Trusted.class);
      assertRefused(judge.judge(Judge.nonce(), answer), kind.reportDataPath());
      GeneratedWorkload other = ChangedVariable.derive(stage);
      PodVerifier.Answer ofAnother = Judge.judge(stage.manifestOf(other), other, nonce, answer);
      assertRefused(ofAnother, kind.hostDataPath());
      assertThat(ofAnother.differences())
          .extracting(PolicyDiff.Difference::path)
          .containsExactly(ChangedVariable.PATH);
      kinds.add(kind);
    }
    return kinds;
  }

  private static void assertRefused(PodVerifier.Answer answer, String path) {
    assertThat(answer.verdict())
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.path()).isEqualTo(path));
  }

  /** A new guest image was built: the daemon is started anew, pods go on with theirs. */
  private void rebootsWithAnotherImageAndKeepsThePods(List<Pod> pods) throws IOException {
    Files.createSymbolicLink(other(), stage.guest().directory());
    try (NodeConnection next = NodeConnection.start(stage.locations(), other())) {
      NodeService node = next.calls(Duration.ofMinutes(2));
      assertThat(node.getInfo().guestImage()).isEqualTo(other().toString());
      assertThat(awaitRunning(node))
          .extracting(Pod::id, Pod::qemuPid)
          .containsExactlyElementsOf(
              pods.stream().map(pod -> Tuple.tuple(pod.id(), pod.qemuPid())).toList());
    }
  }

  private Path other() {
    return stage.work().resolve("other-image");
  }

  private static String web(Pod pod) {
    return "http://" + pod.ips().getFirst() + ":7379";
  }

  private static List<Pod> awaitRunning(NodeService node) {
    long deadline = System.nanoTime() + RUNNING_LIMIT.toNanos();
    while (true) {
      List<Pod> pods = node.listPods().pods();
      assertThat(pods).extracting(Pod::phase, Pod::reason).noneMatch(PodLifeIT::isOver);
      if (pods.stream().allMatch(pod -> pod.phase().equals("Running"))) {
        return pods;
      }
      assertThat(System.nanoTime()).describedAs("pods %s", pods).isLessThan(deadline);
      Pause.of(Duration.ofMillis(300));
    }
  }

  private static boolean isOver(Tuple phaseAndReason) {
    Object phase = phaseAndReason.toList().getFirst();
    return phase.equals("Failed") || phase.equals("Succeeded");
  }

  /** Namespaces, interfaces and mounts of the machine, and its QEMU processes. */
  private static List<String> inventory() throws IOException, InterruptedException {
    List<String> found = new ArrayList<>(say("ip", "netns", "list"));
    for (String line : say("ip", "-o", "link", "show")) {
      found.add(line.split(": ", 3)[1]);
    }
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      found.add(line.split(" ", -1)[1]);
    }
    found.addAll(say("pgrep", "-a", "qemu-system"));
    found.sort(null);
    return found;
  }

  private static List<String> say(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return text.lines().toList();
  }
}
