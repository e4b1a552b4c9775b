package dev.cloister.e2e;

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
    Path genuine = ForgedDisks.genuine(stage, "accounts");
    Path changed =
        Tampering.flip(
            genuine,
            Tampering.firstProgram(genuine) + WITHIN_BLOCK,
            stage.work().resolve("changed.img"));
    HostilePod vm = stage.forgedPod();
    vm.attach(ForgedDisks.pin(stage, "accounts"), changed);
    String seen = vm.errorsOf("accounts");
    if (!seen.contains("Input/output error")) {
      throw Refusals.notRefused("the container said: " + seen, null);
    }
    return Refusals.shown(seen);
  }
}
