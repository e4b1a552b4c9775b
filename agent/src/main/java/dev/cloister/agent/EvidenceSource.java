package dev.cloister.agent;

import dev.cloister.attestation.EvidenceType;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;

/** Where the VM's evidence comes from; the measured command line says which, and nothing else. */
sealed interface EvidenceSource permits SimulatedEvidence, TsmEvidence {

  /** The simulated security processor, over the port {@code cloister.psp}. */
  String SIMULATED = "simulated";

  /** The genuine SNP security processor, through the kernel. */
  String SNP = "snp";

  /**
   * Evidence about this VM with these 64 bytes of report data.
   *
   * @throws CloisterException with {@link AgentError#EVIDENCE}
   */
  Raw report(Bytes reportData);

  /**
   * Evidence as it travels.
   *
   * @param type the kind, as its bytes say
   * @param report a report of SNP, or a quote of TDX
   * @param certificates of SNP the table of GHCB section 4.1.8.1, of TDX the collateral; empty
   *     where the host gives none
   */
  record Raw(EvidenceType type, Bytes report, Bytes certificates) {}

  /** The source that the command line names; there is no other to fall back to. */
  static EvidenceSource of(Machine machine) {
    String tee = machine.tee();
    return switch (tee) {
      case SIMULATED -> new SimulatedEvidence(machine.port("cloister.psp"));
      case SNP -> new TsmEvidence(machine.root() + "/sys/kernel/config/tsm/report");
      default ->
          throw new CloisterException(
              AgentError.MACHINE, "cloister.tee", "the command line names no kind of evidence");
    };
  }
}
