package dev.cloister.e2e;

import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.EvidenceType;
import dev.cloister.node.BootFiles;
import java.nio.file.Path;

/** A host that boots another kernel: the genuine one with one bit of its version text changed. */
record OtherKernel() implements Attack {

  @Override
  public String name() {
    return "another kernel";
  }

  @Override
  public String refuser() {
    return "attestation";
  }

  @Override
  public String attempt(Stage stage) {
    Path genuine = stage.guest().kernel();
    Path other =
        Tampering.flip(
            genuine, Tampering.find(genuine, "(debian-kernel@"), stage.work().resolve("vmlinuz"));
    try (HostilePod vm =
        HostilePod.boot(
            stage, "attack-kernel", stage.pod(), spec -> spec.withBoot(with(spec.boot(), other)))) {
      return new Judge(stage)
          .refusal(vm, AttestationError.LAUNCH_DIGEST_DIFFERS, measuredIn(stage.tee()));
    }
  }

  private static String measuredIn(EvidenceType tee) {
    return switch (tee) {
      case SNP -> "report.measurement";
      case TDX -> "quote.rtmr1";
    };
  }

  private static BootFiles with(BootFiles honest, Path kernel) {
    return new BootFiles(honest.firmware(), kernel, honest.initrd(), honest.commandLine());
  }
}
