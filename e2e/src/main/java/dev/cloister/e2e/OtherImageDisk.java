package dev.cloister.e2e;

import dev.cloister.agent.AgentError;
import dev.cloister.policy.ImagePin;
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
    ImagePin pin = ForgedDisks.pin(stage, "redis");
    Path other =
        ForgedDisks.genuine(
            stage.host().honestSpec("attack-disk", stage.pod()).disks(),
            ForgedDisks.pin(stage, "webdis"));
    try (HostilePod vm =
        HostilePod.boot(
            stage,
            "attack-disk",
            stage.pod(),
            spec -> spec.withDisks(ForgedDisks.replaced(spec.disks(), pin, other)))) {
      return Refusals.of(AgentError.KERNEL, "", vm::setUp);
    }
  }
}
