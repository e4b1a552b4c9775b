package dev.cloister.cli;

import dev.cloister.attestation.EvidenceVerifier;
import picocli.CommandLine.Option;

/** Whether simulated processors count. */
final class SimulatedOption {

  @Option(
      names = "--allow-simulated",
      description = "Accept evidence of a simulated processor, where a root of one is named.")
  private boolean allowed;

  EvidenceVerifier verifier() {
    return allowed ? EvidenceVerifier.allowingSimulated() : EvidenceVerifier.forHardware();
  }
}
