package dev.cloister.e2e;

import dev.cloister.agent.AgentError;
import java.nio.file.Path;

/** A host that plugs in another image's disk in the place of the one that the policy pins. */
record OtherImageDisk() implements Attack {

  @Override
  public String name() {
    return "another image's disk in its place";
  }

  @Override
  public String refuser() {
    return "dm-verity in the guest";
  }

  @Override
  public String attempt(Stage stage) {
    HostilePod vm = stage.forgedPod();
    Path other = ForgedDisks.genuine(stage, "webdis");
    return Refusals.of(
        AgentError.KERNEL,
        "device mapper",
        () -> vm.attach(ForgedDisks.pin(stage, "redis"), other));
  }
}
