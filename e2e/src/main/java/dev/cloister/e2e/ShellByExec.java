package dev.cloister.e2e;

import dev.cloister.policy.PolicyError;
import dev.cloister.rpc.AgentContainers.ExecRequest;
import java.util.List;

/** A host that asks for a shell in a running container. */
record ShellByExec() implements Attack {

  @Override
  public String name() {
    return "a shell by exec";
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
    ExecRequest shell =
        new ExecRequest("redis-0", "shell", List.of("/bin/sh", "-c", "id"), true, true);
    return Refusals.of(PolicyError.EXEC, "redis", () -> pod.agent().exec(shell));
  }
}
