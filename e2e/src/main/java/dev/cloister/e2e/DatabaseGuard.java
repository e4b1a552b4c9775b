package dev.cloister.e2e;

import dev.cloister.agent.AgentError;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.AgentMesh.MeshEvent;
import dev.cloister.rpc.NodeAccess.GetPodMeshRequest;
import dev.cloister.rpc.NodePods.Pod;
import java.time.Duration;
import java.util.List;

/** What the guest of the guestbook's database tells of whom it refused. For one thread. */
final class DatabaseGuard {

  /** The port that only the front may call. */
  static final int PORT = 6379;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Stage stage;
  private final Pod database;
  private final long before;

  private DatabaseGuard(Stage stage, Pod database) {
    this.stage = stage;
    this.database = database;
    this.before = events(0).stream().mapToLong(MeshEvent::sequence).max().orElse(0);
  }

  /** Watches from now on. */
  static DatabaseGuard watch(Stage stage) {
    return new DatabaseGuard(stage, stage.guestbook().database());
  }

  Pod database() {
    return database;
  }

  String ip() {
    return database.ips().getFirst();
  }

  private List<MeshEvent> events(long after) {
    return stage.node().calls().getPodMesh(new GetPodMeshRequest(database.id(), after, 0)).events();
  }

  /**
   * What the guest said when it refused a caller of the port.
   *
   * @throws CloisterException with {@link E2eError#NOT_REFUSED} where it told of no such refusal
   */
  String refusal(AgentError expected) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      List<MeshEvent> events = events(before);
      for (MeshEvent event : events) {
        if (event.code().equals(expected.code()) && event.port() == PORT) {
          return event.code() + " from " + event.address() + ": " + event.detail();
        }
      }
      if (System.nanoTime() > deadline) {
        throw Refusals.notRefused("the guest told of no " + expected.code() + ": " + events, null);
      }
      Pause.of(Duration.ofMillis(300));
    }
  }
}
