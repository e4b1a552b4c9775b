package dev.cloister.e2e;

import dev.cloister.agent.AgentError;
import dev.cloister.policy.ImagePin;
import dev.cloister.rpc.AgentContainers.CreateRequest;
import dev.cloister.rpc.AgentContainers.StartRequest;
import java.nio.file.Path;

/** A host that changes one byte of an image's disk, in the block that the program begins with. */
record ChangedImageByte() implements Attack {

  private static final int WITHIN_BLOCK = 0x800;

  @Override
  public String name() {
    return "one byte of an image's disk changed";
  }

  @Override
  public String refuser() {
    return "dm-verity in the guest";
  }

  @Override
  public String attempt(Stage stage) {
    ImagePin pin = ForgedDisks.pin(stage, "accounts");
    Path genuine =
        ForgedDisks.genuine(stage.host().honestSpec("attack-byte", stage.pod()).disks(), pin);
    Path changed =
        Tampering.flip(
            genuine,
            Tampering.firstProgram(genuine) + WITHIN_BLOCK,
            stage.work().resolve("changed.img"));
    try (HostilePod vm =
        HostilePod.boot(
            stage,
            "attack-byte",
            stage.pod(),
            spec -> spec.withDisks(ForgedDisks.replaced(spec.disks(), pin, changed)))) {
      vm.setUp();
      return Refusals.of(
          AgentError.PROGRAM,
          "Input/output error",
          () -> {
            vm.agent().create(new CreateRequest("accounts", "accounts-0"));
            vm.agent().start(new StartRequest("accounts-0"));
          });
    }
  }
}
