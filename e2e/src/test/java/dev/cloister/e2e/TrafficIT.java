package dev.cloister.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.agent.AgentError;
import dev.cloister.attestation.EvidenceType;
import dev.cloister.cli.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Unmodified servers and clients of Debian in two pods whose only way to each other is the mesh,
 * each in a real VM. What the clients asked and were told is in the log of one container, which
 * every test reads.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrafficIT {

  private static final String PODS = "pods.yaml";
  private static final String SETTINGS = "settings.yaml";
  private static final Duration EXCHANGE_LIMIT = Duration.ofMinutes(8);

  private final Stage stage =
      new Stage(Terminal.ofProcess(), Checkout.locations(), EvidenceType.SNP);
  private final Path traffic = stage.locations().home().resolve("e2e/src/test/resources/traffic");
  private final Fleet fleet = new Fleet(stage, "traffic", _ -> {});
  private String log = "";

  @BeforeAll
  void exchange() {
    stage.build();
    stage.publish();
    stage.publishCoordinator();
    stage.publish("traffic", traffic);
    fleet.shell().run("init", "--name", "traffic", "--simulated", "-d", "@.");
    for (String file : List.of(PODS, SETTINGS)) {
      fleet.yaml(traffic.resolve(file), text -> text);
    }
    fleet.generate(List.of(PODS, SETTINGS));
    fleet.startCoordinatorVm();
    fleet.awaitCoordinator();
    setManifest();
    fleet.startWorkloads(PODS, SETTINGS);
    fleet.awaitJoined(1);
    log = awaitLog();
  }

  private void setManifest() {
    fleet
        .shell()
        .run(
            "set",
            "-m",
            "@generated/manifest.json",
            "-d",
            "@.",
            "--reason",
            "open the shop",
            "--allow-simulated",
            "--known-heads",
            "@known-heads.json");
  }

  private String awaitLog() {
    long deadline = System.nanoTime() + EXCHANGE_LIMIT.toNanos();
    while (true) {
      String said = fleet.shell().run("logs", "default/clients", "-c", "exchange");
      if (said.contains("== end")) {
        return said;
      }
      assertThat(System.nanoTime()).describedAs("the clients said %s", said).isLessThan(deadline);
      Pause.of(Duration.ofSeconds(1));
    }
  }

  @AfterAll
  void takeDown() {
    stage.close();
  }

  /** What an exchange gave, line by line. */
  private List<String> said(String exchange) {
    return log.lines()
        .dropWhile(line -> !line.equals("== " + exchange))
        .skip(1)
        .takeWhile(line -> !line.startsWith("== "))
        .toList();
  }

  private String ip(String pod) {
    return stage.node().pod("default/" + pod).ips().getFirst();
  }

  private String mesh(String pod) {
    return fleet.shell().run("mesh", "default/" + pod);
  }

  /** A line of {@code cloister mesh}. */
  private static String counted(String direction, String peer, int port, String verdict) {
    return "(?m)^ +" + direction + " +" + peer + " +" + port + " +[1-9][0-9]*  " + verdict + "$";
  }

  @Test
  void psqlReadsTheRowsThatItWroteToPostgresWhichSeesItsAddress() {
    assertThat(said("postgres"))
        .containsExactly(
            "CREATE TABLE", "INSERT 0 3", "1|note 1", "2|note 2", "3|note 3", ip("clients"));
  }

  @Test
  void redisCliReadsTheListThatItPushedToRedis() {
    assertThat(said("rpush")).containsExactly("2");
    assertThat(said("lrange")).containsExactly("ann", "bob");
  }

  @Test
  void aMillionBytesGoToRedisAndComeBack() {
    assertThat(said("bulk-up")).containsExactly("OK");
    assertThat(said("bulk-down")).containsExactly("1000001");
  }

  @Test
  void curlAndNginxSpeakHttp2AndHttp1() {
    assertThat(said("http2")).first().asString().startsWith("HTTP/2 200");
    assertThat(said("http2")).last().isEqualTo("nginx speaks HTTP/2.0 with " + ip("clients"));
    assertThat(said("http1")).first().asString().startsWith("HTTP/1.1 200 OK");
    assertThat(said("http1")).last().isEqualTo("nginx speaks HTTP/1.1 with " + ip("clients"));
  }

  @Test
  void aWebSocketClientGetsItsMessageBackFromWebsocketd() {
    assertThat(said("websocket")).containsExactly("is anybody there");
  }

  @Test
  void redisCallsBackTheClientsPodAndMovesAKeyThere() {
    assertThat(said("callback")).containsExactly("OK");
    assertThat(said("parcel-here")).containsExactly("from the servers");
    assertThat(mesh("servers"))
        .containsPattern(counted("to", "clients.default.traffic", 6380, "passed"));
  }

  @Test
  void bothEndsOfTheMeshCountWhatPassed() {
    for (int port : List.of(5432, 6379, 8080, 8090)) {
      assertThat(mesh("clients"))
          .containsPattern(counted("to", "servers.default.traffic", port, "passed"));
      assertThat(mesh("servers"))
          .containsPattern(counted("from", "clients.default.traffic", port, "passed"));
    }
  }

  @Test
  void psqlToAPortThatTheGraphDoesNotNameIsRefusedAndTheMeshTellsWhy() {
    assertThat(said("undeclared"))
        .first()
        .asString()
        .contains("port 5433 failed: server closed the connection unexpectedly");
    assertThat(mesh("clients"))
        .containsPattern(
            counted("to", "\\S+", 5433, "refused " + AgentError.MESH_UNDECLARED.code()));
  }
}
