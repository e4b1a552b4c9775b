package dev.cloister.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.cli.Terminal;
import dev.cloister.client.CoordinatorAddress;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Deployment;
import dev.cloister.rpc.AgentMesh.GetMeshResponse;
import dev.cloister.rpc.AgentMesh.MeshEvent;
import dev.cloister.rpc.NodeAccess.GetPodMeshRequest;
import dev.cloister.rpc.NodePods.Pod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A web server and a database in VMs of their own, unmodified servers from Debian, with everything
 * between them in the mesh: one fleet, in an order.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MeshInVmsIT {

  private static final Duration JOIN_LIMIT = Duration.ofMinutes(4);
  private static final String SUFFIX = ".default.shop.id.cloister.internal";
  private static final String[] WITH_OWNER = {
    "-m", "@generated/manifest.json", "-d", "@ann", "--allow-simulated", "--known-heads", "@heads"
  };

  /** Webdis, which answers HTTP from the redis that it finds by name; and a pod named by nobody. */
  private static final String YAML =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: settings}
      data:
        webdis.json: |
          {"redis_host": "db", "redis_port": 6379, "http_host": "0.0.0.0", "http_port": 7379,
           "threads": 1, "daemonize": false, "database": 0, "verbosity": 3, "logfile": "/dev/stderr"}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 1
        selector: {matchLabels: {app: web}}
        template:
          metadata:
            labels: {app: web}
            annotations:
              cloister.dev/inbound: |
                - 7379: public
              cloister.dev/connects-to: "db:6379"
              cloister.dev/sans: "web.example"
              cloister.dev/logs: host
          spec:
            automountServiceAccountToken: false
            enableServiceLinks: false
            containers:
              - name: webdis
                image: 127.0.0.1:5055/kv/webdis:1
                args: ["/etc/web/webdis.json"]
                volumeMounts: [{name: settings, mountPath: /etc/web}]
                securityContext:
                  allowPrivilegeEscalation: false
                  readOnlyRootFilesystem: true
                  capabilities: {drop: ["ALL"]}
                resources: {limits: {memory: 32Mi}}
            volumes:
              - name: settings
                configMap: {name: settings}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: db}
      spec:
        replicas: 1
        selector: {matchLabels: {app: db}}
        template:
          metadata:
            labels: {app: db}
            annotations:
              cloister.dev/logs: host
          spec:
            automountServiceAccountToken: false
            enableServiceLinks: false
            containers:
              - name: redis
                image: 127.0.0.1:5055/kv/redis:1
                args: ["--bind", "0.0.0.0", "--protected-mode", "no", "--save", ""]
                ports: [{containerPort: 6379}]
                securityContext:
                  allowPrivilegeEscalation: false
                  readOnlyRootFilesystem: true
                  capabilities: {drop: ["ALL"]}
                resources: {limits: {memory: 32Mi}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: db}
      spec: {clusterIP: None, selector: {app: db}, ports: [{port: 6379}]}
      """;

  private final Stage stage = new Stage(Terminal.ofProcess(), Checkout.locations());
  private final Path directory = stage.work().resolve("mesh");
  private final Shell shell = new Shell(stage.locations(), directory, System.out::println);

  @BeforeAll
  void bootAFleet() throws IOException {
    stage.build();
    stage.publish();
    stage.publishCoordinator();
    shell.run(
        "init",
        "--name",
        "shop",
        "--simulated",
        "--update-owners",
        "ann",
        "--recovery-owners",
        "rut",
        "-d",
        "@.");
    write("coordinator.yaml", example("coordinator/coordinator.yaml"));
    write("mesh.yaml", YAML);
    generate();
    shell.run("up", "@generated/coordinator.yaml", "--deployment", "@deployment.json");
    Guestbook.awaitAnswer(
        new CoordinatorAddress(
            pod("coordinator").ips().getFirst(), CoordinatorAddress.CHANNEL_PORT));
    shell.run("up", "@generated/mesh.yaml", "--deployment", "@deployment.json", "--no-wait");
    set("@first.json", "open", "ann", "rut");
  }

  @AfterAll
  void takeDown() {
    stage.close();
  }

  private void generate() {
    shell.run(
        "generate",
        "@coordinator.yaml",
        "@mesh.yaml",
        "--deployment",
        "@deployment.json",
        "--to",
        "@generated");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), stage.forThisRegistry(text));
  }

  private String example(String name) throws IOException {
    return Files.readString(stage.locations().home().resolve("examples").resolve(name));
  }

  private void set(String file, String reason, String... owners) {
    List<String> sign = new ArrayList<>(List.of("sign", "--to", file, "--reason", reason));
    sign.addAll(List.of(WITH_OWNER));
    for (String owner : owners) {
      sign.addAll(List.of("-k", "@" + owner));
    }
    shell.run(sign.toArray(new String[0]));
    List<String> set = new ArrayList<>(List.of("set", "--transition", file));
    set.addAll(List.of(WITH_OWNER));
    shell.run(set.toArray(new String[0]));
  }

  private Pod pod(String workload) {
    return stage.node().calls().listPods().pods().stream()
        .filter(pod -> pod.name().startsWith(workload))
        .findFirst()
        .orElseThrow();
  }

  private Pod await(String workload, Predicate<Pod> wanted) {
    long deadline = System.nanoTime() + JOIN_LIMIT.toNanos();
    Pod pod = pod(workload);
    while (!wanted.test(pod)) {
      assertThat(System.nanoTime()).as(pod.phase() + " " + pod.join()).isLessThan(deadline);
      Pause.of(Duration.ofMillis(300));
      pod = pod(workload);
    }
    return pod;
  }

  private GetMeshResponse mesh(String workload) {
    return stage.node().calls().getPodMesh(new GetPodMeshRequest(pod(workload).id(), 0, 0));
  }

  private MeshEvent awaitEvent(String workload, Predicate<MeshEvent> wanted) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (true) {
      List<MeshEvent> events = mesh(workload).events();
      for (MeshEvent event : events.reversed()) {
        if (wanted.test(event)) {
          return event;
        }
      }
      assertThat(System.nanoTime()).as(events.toString()).isLessThan(deadline);
      Pause.of(Duration.ofMillis(300));
    }
  }

  private String curl(String path) throws Exception {
    Process process =
        new ProcessBuilder(
                "curl",
                "-s",
                "-S",
                "-m",
                "20",
                "--tlsv1.3",
                "--cacert",
                directory.resolve("mesh-ca.pem").toString(),
                "--resolve",
                "web.example:7379:" + pod("web").ips().getFirst(),
                "https://web.example:7379" + path)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private String curlUntil(String path, String wanted) throws Exception {
    String said = curl(path);
    for (int i = 0; i < 60 && !said.contains(wanted); i++) {
      Pause.of(Duration.ofSeconds(1));
      said = curl(path);
    }
    return said;
  }

  @Test
  @Order(1)
  void everyPodRunsBehindItsMesh() {
    for (String workload : List.of("web", "db")) {
      Pod pod =
          await(
              workload,
              one -> one.phase().equals("Running") && one.join().meshState().equals("up"));
      assertThat(pod.join().identity()).isEqualTo(workload + SUFFIX);
    }
  }

  @Test
  @Order(2)
  void aClientThatVerifiedTheDeploymentReadsTheDatabaseThroughTheMesh() throws Exception {
    shell.run(
        "verify",
        target(),
        "--allow-simulated",
        "--known-heads",
        "@outsider",
        "--out",
        "@verified");
    Files.copy(
        directory.resolve("verified").resolve("mesh-ca.pem"), directory.resolve("mesh-ca.pem"));
    assertThat(curlUntil("/SET/guest/book", "OK")).contains("OK");
    assertThat(curl("/GET/guest")).contains("book");
    MeshEvent in = awaitEvent("db", event -> event.code().isEmpty());
    assertThat(in.peer()).isEqualTo("web" + SUFFIX);
    assertThat(in.detail()).isEqualTo("X25519MLKEM768");
    MeshEvent out =
        awaitEvent("web", event -> event.direction().equals("out") && event.code().isEmpty());
    assertThat(out.peer()).isEqualTo("db" + SUFFIX);
    System.out.println(shell.run("mesh"));
  }

  private String target() throws IOException {
    return Deployment.parse(Bytes.of(Files.readAllBytes(directory.resolve("deployment.json"))))
            .pin()
        + "@"
        + pod("coordinator").ips().getFirst();
  }

  @Test
  @Order(3)
  void plainTcpToTheDatabaseIsRefusedAndTold() throws Exception {
    String host = pod("db").ips().getFirst();
    try (Socket socket = new Socket(InetAddress.getByName(host), 6379)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.UTF_8));
      assertThat(readOrNothing(socket)).doesNotContain("PONG");
    }
    MeshEvent refused = awaitEvent("db", event -> !event.code().isEmpty());
    assertThat(refused.code()).isEqualTo("CL-AGT-021");
    assertThat(refused.port()).isEqualTo(6379);
  }

  private static String readOrNothing(Socket socket) {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  @Order(4)
  void anEdgeTakenFromTheManifestClosesTheWayWithoutARestart() throws Exception {
    write("mesh.yaml", YAML.replace("cloister.dev/connects-to: \"db:6379\"", "a: b"));
    generate();
    set("@second.json", "the web server needs no database", "ann");
    await("web", pod -> pod.join().headNumber() == 2);
    await("db", pod -> pod.join().headNumber() == 2);
    assertThat(mesh("db").proxyStarts()).isEqualTo(1);
    write("mesh.yaml", YAML);
    generate();
    set("@third.json", "it does", "ann");
    await("web", pod -> pod.join().headNumber() == 3);
    await("db", pod -> pod.join().headNumber() == 3);
    shell.run(
        "verify", target(), "--allow-simulated", "--known-heads", "@outsider", "--out", "@again");
    Files.write(
        directory.resolve("mesh-ca.pem"),
        Files.readAllBytes(directory.resolve("again").resolve("mesh-ca.pem")));
    assertThat(curlUntil("/GET/guest", "book")).contains("book");
  }
}
