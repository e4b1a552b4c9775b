package dev.cloister.e2e;

import dev.cloister.cli.GuestImages;
import dev.cloister.cli.Progress;
import dev.cloister.encoding.CloisterException;
import dev.cloister.guest.JavaProgram;
import dev.cloister.guest.OciImage;
import dev.cloister.kubernetes.GeneratedWorkload;
import dev.cloister.kubernetes.SourceFile;
import dev.cloister.rpc.NodePods.Pod;
import dev.cloister.rpc.NodePods.StopPodRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * How soon a Coordinator serves after its container has started, beside a JVM that serves the same
 * HTTPS port with a prepared key; and where the time of a pod's join goes. For one thread.
 */
final class CoordinatorBenchmark {

  private static final Duration POD_LIMIT = Duration.ofMinutes(5);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final String PASSWORD = "bench-only";

  private static final String PEER_POD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: https
        annotations:
          cloister.dev/join: "false"
          cloister.dev/inbound: "7444: plain"
      spec:
        containers:
          - name: https
            image: REGISTRY/bench/https:1
            env:
              - {name: PEER_KEY, value: "KEY"}
              - {name: PEER_CERTIFICATE, value: "CERTIFICATE"}
            resources:
              limits:
                memory: 256Mi
      """;

  private final Stage stage;
  private final int runs;

  CoordinatorBenchmark(Stage stage, int runs) {
    this.stage = stage;
    this.runs = runs;
  }

  List<Figure> run() {
    stage.build();
    stage.publish();
    stage.generate();
    stage.publishCoordinator();
    Guestbook guestbook = stage.open(_ -> {});
    guestbook.people().found();
    GeneratedWorkload peer = peer();
    List<Double> own = new ArrayList<>();
    List<Double> other = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      other.add(peerStart(peer));
      guestbook.fleet().startCoordinatorVm();
      own.add(answered(Fleet.COORDINATOR));
      if (i + 1 < runs) {
        guestbook.killCoordinator();
        guestbook.stores().use(KeptStores.NONE);
      }
    }
    List<Figure> figures = new ArrayList<>();
    double least = Timing.median(other);
    figures.add(Figure.told("a JVM with a prepared key serves HTTPS after", least, "s"));
    figures.add(Figure.told("the Coordinator serves HTTPS after", Timing.median(own), "s"));
    figures.add(new Figure("ratio of the two", Timing.median(own) / least, "", 2));
    guestbook.people().first();
    guestbook.startWorkloads();
    guestbook.awaitJoined(1);
    guestbook.workloads().forEach(pod -> tellJoin(pod, figures));
    return figures;
  }

  private static void tellJoin(Pod pod, List<Figure> figures) {
    Map<String, Long> parts =
        Map.of(
            "from the network to the join", pod.join().waitedMicros(),
            "channel, evidence of both ends", pod.join().channelMicros(),
            "history and the Coordinator's evidence", pod.join().verifyMicros(),
            "certificate and secret", pod.join().issueMicros());
    double all = parts.values().stream().mapToLong(Long::longValue).sum();
    figures.add(Figure.told(pod.name() + ": network to certificate", all / 1e6, "s"));
    parts.forEach((what, micros) -> figures.add(Figure.told("  " + what, 100 * micros / all, "%")));
  }

  private GeneratedWorkload peer() {
    JavaProgram like = JavaProgram.open(stage.locations().coordinatorImage());
    OciImage image =
        new GuestImages(stage.locations())
            .javaImage(
                new JavaProgram(
                    "https",
                    like.modules(),
                    like.options(),
                    HttpsPeer.class.getName(),
                    like.user(),
                    List.of(HttpsPeer.PORT + "/tcp"),
                    like.classes()),
                List.of(HttpsPeer.class),
                new Progress(stage.terminal()));
    stage.registry().push(image, "bench/https", "1");
    KeyStore keys = keys();
    try {
      Base64.Encoder text = Base64.getEncoder();
      String yaml =
          PEER_POD
              .replace("REGISTRY", stage.registry().address())
              .replace(
                  "\"KEY\"",
                  text.encodeToString(keys.getKey("peer", PASSWORD.toCharArray()).getEncoded()))
              .replace(
                  "\"CERTIFICATE\"", text.encodeToString(keys.getCertificate("peer").getEncoded()));
      return stage.derive(SourceFile.of("https.yaml", yaml)).workloads().getFirst();
    } catch (GeneralSecurityException e) {
      throw new CloisterException(E2eError.STEP_FAILED, "keys", String.valueOf(e.getMessage()), e);
    }
  }

  private KeyStore keys() {
    Path file = stage.work().resolve("peer.p12");
    Timing.seconds(
        Map.of(),
        Path.of("/dev/null"),
        List.of(
            Path.of(System.getProperty("java.home", ""), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "peer",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=peer",
            "-keystore",
            file.toString(),
            "-storepass",
            PASSWORD));
    try {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(Files.newInputStream(file), PASSWORD.toCharArray());
      return keys;
    } catch (GeneralSecurityException | IOException e) {
      throw new CloisterException(E2eError.STEP_FAILED, "keys", String.valueOf(e.getMessage()), e);
    }
  }

  private double peerStart(GeneratedWorkload peer) {
    String id = stage.node().calls().runPod(stage.pod(peer, 0)).id();
    try {
      return answered(id);
    } finally {
      stage.node().calls(POD_LIMIT).stopPod(new StopPodRequest(id));
    }
  }

  /** Seconds from the start of the pod's one container to its first answer over HTTPS. */
  private double answered(String id) {
    long deadline = System.nanoTime() + POD_LIMIT.toNanos();
    Pod pod = stage.node().pod(id);
    while (pod.containers().isEmpty() || !pod.containers().getFirst().state().equals("running")) {
      requireTime(deadline, pod.name() + " is " + pod.phase() + " " + pod.reason());
      Pause.of(LOOK);
      pod = stage.node().pod(id);
    }
    long started = System.nanoTime();
    String address = "https://" + pod.ips().getFirst() + ":" + HttpsPeer.PORT + "/healthz";
    while (!Curl.answers(address)) {
      requireTime(deadline, address);
      Pause.of(LOOK);
    }
    return (System.nanoTime() - started) / 1e9;
  }

  private static void requireTime(long deadline, String what) {
    if (System.nanoTime() > deadline) {
      throw new CloisterException(E2eError.STEP_FAILED, what, "not in time");
    }
  }
}
