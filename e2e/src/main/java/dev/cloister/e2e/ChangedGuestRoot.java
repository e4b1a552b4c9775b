package dev.cloister.e2e;

import dev.cloister.node.NodeError;
import java.nio.file.Path;

/**
 * A host that changes one bit of the guest's root disk, in the block that holds the file system's
 * superblock, which every boot reads.
 */
record ChangedGuestRoot() implements Attack {

  private static final int UNUSED_BYTE_OF_FIRST_BLOCK = 100;

  @Override
  public String name() {
    return "one bit of the guest's root disk changed";
  }

  @Override
  public String refuser() {
    return "dm-verity in the guest";
  }

  @Override
  public String attempt(Stage stage) {
    Path root =
        Tampering.flip(
            stage.guest().root(), UNUSED_BYTE_OF_FIRST_BLOCK, stage.work().resolve("root.img"));
    try (HostilePod vm =
        HostilePod.start(stage, "attack-root", stage.pod(), spec -> spec.withRoot(root))) {
      return stage
          .terminal()
          .during(
              "booting VM attack-root",
              () -> Refusals.of(NodeError.MACHINE_ENDED, "verity", vm::awaitAgent));
    }
  }
}
