package dev.cloister.e2e;

import dev.cloister.agent.AgentError;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.AgentMesh.MeshEvent;
import dev.cloister.rpc.NodeAccess.GetPodMeshRequest;
import dev.cloister.rpc.NodePods.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a pod's guest tells of connections that it refused, from a moment on. For one thread. */
final class MeshWatch {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Stage stage;
  private final Pod pod;
  private final long before;

  private MeshWatch(Stage stage, Pod pod) {
    this.stage = stage;
    this.pod = pod;
    this.before = events(0).stream().mapToLong(MeshEvent::sequence).max().orElse(0);
  }

  /** Watches a pod from now on. */
  static MeshWatch of(Stage stage, Pod pod) {
    return new MeshWatch(stage, pod);
  }

  private List<MeshEvent> events(long after) {
    return stage.node().calls().getPodMesh(new GetPodMeshRequest(pod.id(), after, 0)).events();
  }

  private Optional<String> told(AgentError expected, int port, String mentions) {
    return events(before).stream()
        .filter(event -> event.code().equals(expected.code()) && event.port() == port)
        .map(MeshWatch::shown)
        .filter(text -> text.contains(mentions))
        .findFirst();
  }

  private static String shown(MeshEvent event) {
    String who = event.peer().isEmpty() ? "" : event.peer() + " at ";
    String detail = event.detail().isEmpty() ? "" : ": " + event.detail();
    String way = event.direction().equals("in") ? " from " : " to ";
    return event.code() + way + who + event.address() + detail;
  }

  /**
   * What the guest said when it refused a connection.
   *
   * @param mentions what must be in it
   * @throws CloisterException with {@link E2eError#NOT_REFUSED} where it told of no such refusal
   */
  String refusal(AgentError expected, int port, String mentions) {
    return Pause.until(
        LIMIT,
        () -> told(expected, port, mentions),
        () ->
            Refusals.notRefused(
                "the guest told of no "
                    + expected.code()
                    + " with \""
                    + mentions
                    + "\": "
                    + events(before),
                null));
  }
}
