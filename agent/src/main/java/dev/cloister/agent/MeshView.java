package dev.cloister.agent;

import dev.cloister.rpc.AgentMesh;
import java.util.ArrayList;
import java.util.List;

/** The pod's mesh as the host is told of it: who talks to whom, and nothing secret. */
final class MeshView {

  private static final int MAX_EVENTS = 128;
  private static final int MAX_WAIT_MILLIS = 10_000;

  private MeshView() {}

  static AgentMesh.GetMeshResponse of(
      Mesh mesh, MeshJournal journal, AgentMesh.GetMeshRequest request) {
    long wait = Math.clamp(request.waitMillis(), 0, MAX_WAIT_MILLIS);
    List<MeshEvent> newer = journal.after(request.afterSequence(), wait);
    List<AgentMesh.MeshEvent> events = new ArrayList<>();
    for (MeshEvent event : newer.subList(0, Math.min(MAX_EVENTS, newer.size()))) {
      events.add(
          new AgentMesh.MeshEvent(
              event.sequence(),
              event.millis(),
              event.direction().word(),
              event.code(),
              event.peer(),
              event.port(),
              event.address(),
              event.detail()));
    }
    List<AgentMesh.MeshCount> counts = new ArrayList<>();
    for (MeshJournal.Count count : journal.counts()) {
      counts.add(
          new AgentMesh.MeshCount(
              count.direction().word(),
              count.peer(),
              count.port(),
              count.code(),
              count.connections()));
    }
    return new AgentMesh.GetMeshResponse(
        mesh.self(), mesh.state(), mesh.reason(), mesh.proxyStarts(), events, counts);
  }
}
