package dev.cloister.e2e;

import dev.cloister.agent.AgentError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Somebody calls with a certificate that was good before the last transition, after its grace;
 * until then it is let in.
 */
record OlderGeneration() implements Attack {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "a certificate of an older generation after its grace";
  }

  @Override
  public String refuser() {
    return "HAProxy in the guest";
  }

  @Override
  public String attempt(Stage stage) {
    Monitor monitor = new Monitor(stage);
    List<Monitor.Identity> given = monitor.identities(2);
    MeshWatch watch = MeshWatch.of(stage, stage.guestbook().database());
    List<String> old = monitor.curl(given.getFirst(), Monitor.METRICS_PORT, "/metrics");
    Pause.until(
        LIMIT,
        () -> Optional.of(old).filter(call -> !Curl.passes(call)),
        () -> Refusals.notRefused("it is still let in", null));
    String refusal =
        watch.refusal(AgentError.MESH_CERTIFICATE, Monitor.METRICS_PORT, stage.gateway() + ":");
    Curl.run(monitor.curl(given.getLast(), Monitor.METRICS_PORT, "/metrics"));
    return refusal + "; the newer one is let in";
  }
}
