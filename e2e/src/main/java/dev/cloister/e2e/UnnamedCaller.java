package dev.cloister.e2e;

import dev.cloister.agent.AgentError;
import java.util.List;

/**
 * Somebody calls the database with the genuine certificate of a pod that has joined, but that the
 * graph does not name for the port.
 */
record UnnamedCaller() implements Attack {

  @Override
  public String name() {
    return "a pod of the deployment that the graph does not name";
  }

  @Override
  public String refuser() {
    return "HAProxy in the guest";
  }

  @Override
  public String attempt(Stage stage) {
    Monitor monitor = new Monitor(stage);
    Monitor.Identity newest = monitor.identities(2).getLast();
    Curl.run(monitor.curl(newest, Monitor.METRICS_PORT, "/metrics"));
    MeshWatch watch = MeshWatch.of(stage, stage.guestbook().database());
    List<String> call = monitor.curl(newest, Guestbook.DATABASE_PORT, "/");
    if (Curl.passes(call)) {
      throw Refusals.notRefused("it was let in", null);
    }
    return watch.refusal(
        AgentError.MESH_CALLER, Guestbook.DATABASE_PORT, "monitor.default.guestbook");
  }
}
