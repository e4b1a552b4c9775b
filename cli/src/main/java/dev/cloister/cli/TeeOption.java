package dev.cloister.cli;

import dev.cloister.attestation.EvidenceType;
import dev.cloister.encoding.CloisterException;
import picocli.CommandLine.Option;

/** The option that says which kind of evidence VMs have. */
public final class TeeOption {

  @Option(
      names = "--tee",
      paramLabel = "TEE",
      defaultValue = "snp",
      description = "Whose evidence VMs have: snp or tdx (default: ${DEFAULT-VALUE}).")
  private String tee = "snp";

  /** SEV-SNP until it is parsed. */
  public TeeOption() {}

  /**
   * The kind.
   *
   * @throws CloisterException with {@link CliError#WRONG_USE} where it is none
   */
  public EvidenceType type() {
    return EvidenceType.named(tee)
        .orElseThrow(
            () -> new CloisterException(CliError.WRONG_USE, "--tee", "must be snp or tdx"));
  }
}
