package dev.cloister.e2e;

import dev.cloister.policy.PolicyError;
import dev.cloister.rpc.AgentContainers.CreateRequest;

/** A host that starts a container which the YAML does not have. */
record UndeclaredContainer() implements Attack {

  @Override
  public String name() {
    return "an undeclared container";
  }

  @Override
  public String refuser() {
    return "guard";
  }

  @Override
  public String attempt(Stage stage) {
    HostilePod pod = stage.hostilePod().setUp();
    return Refusals.of(
        PolicyError.CONTAINER,
        "miner",
        () -> pod.agent().create(new CreateRequest("miner", "miner-0")));
  }
}
