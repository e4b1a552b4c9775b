package dev.cloister.e2e;

import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.EvidenceType;
import dev.cloister.node.BootFiles;

/** A host that boots the genuine kernel with another command line. */
record OtherCommandLine() implements Attack {

  @Override
  public String name() {
    return "another kernel command line";
  }

  @Override
  public String refuser() {
    return "attestation";
  }

  @Override
  public String attempt(Stage stage) {
    try (HostilePod vm =
        HostilePod.boot(
            stage, "attack-cmdline", stage.pod(), spec -> spec.withBoot(changed(spec.boot())))) {
      return new Judge(stage)
          .refusal(vm, AttestationError.LAUNCH_DIGEST_DIFFERS, measuredIn(stage.tee()));
    }
  }

  private static String measuredIn(EvidenceType tee) {
    return switch (tee) {
      case SNP -> "report.measurement";
      case TDX -> "quote.rtmr2";
    };
  }

  private static BootFiles changed(BootFiles honest) {
    return new BootFiles(
        honest.firmware(),
        honest.kernel(),
        honest.initrd(),
        honest.commandLine().replace("lockdown=confidentiality", "lockdown=none"));
  }
}
