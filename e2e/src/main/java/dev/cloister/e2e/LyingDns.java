package dev.cloister.e2e;

import dev.cloister.agent.AgentError;

/**
 * The host's DNS points the database's name at an attacker, who even has a genuine certificate of
 * another pod.
 */
record LyingDns() implements Attack {

  @Override
  public String name() {
    return "DNS that points the database's name at an attacker";
  }

  @Override
  public String refuser() {
    return "HAProxy in the caller's guest";
  }

  @Override
  public String attempt(Stage stage) {
    Monitor monitor = new Monitor(stage);
    String gateway = stage.gateway();
    try (Impostor impostor =
            Impostor.listens(gateway, Monitor.METRICS_PORT, monitor.identities(2).getLast());
        FalseDns _ = FalseDns.answers(stage, gateway)) {
      MeshWatch watch = MeshWatch.of(stage, monitor.pod());
      String refusal =
          watch.refusal(AgentError.MESH_IMPOSTOR, Monitor.METRICS_PORT, "found monitor.default.");
      if (impostor.heard() > 0) {
        throw Refusals.notRefused("the caller sent " + impostor.heard() + " bytes", null);
      }
      return refusal + "; nothing was sent to it";
    }
  }
}
