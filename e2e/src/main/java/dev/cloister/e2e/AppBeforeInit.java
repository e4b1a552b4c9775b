package dev.cloister.e2e;

import dev.cloister.policy.PolicyError;
import dev.cloister.rpc.AgentContainers.CreateRequest;

/** A host that starts an app while its init container has not run. */
record AppBeforeInit() implements Attack {

  @Override
  public String name() {
    return "an app before its init container";
  }

  @Override
  public String refuser() {
    return "guard";
  }

  @Override
  public String attempt(Stage stage) {
    HostilePod pod = stage.hostilePod().setUp();
    return Refusals.of(
        PolicyError.ORDER,
        "redis",
        () -> pod.agent().create(new CreateRequest("redis", "redis-early")));
  }
}
