package dev.cloister.e2e;

import dev.cloister.policy.PolicyError;
import dev.cloister.rpc.AgentContainers.CreateRequest;

/** A host that starts a second instance of a container beside the first. */
record ContainerTwice() implements Attack {

  @Override
  public String name() {
    return "a container started twice";
  }

  @Override
  public String refuser() {
    return "guard";
  }

  @Override
  public String attempt(Stage stage) {
    HostilePod pod = stage.hostilePod().setUp();
    pod.runToEnd("accounts");
    pod.ensureRunning("redis");
    return Refusals.of(
        PolicyError.LIVE,
        "redis",
        () -> pod.agent().create(new CreateRequest("redis", "redis-again")));
  }
}
