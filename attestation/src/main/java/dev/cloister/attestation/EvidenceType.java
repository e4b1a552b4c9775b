package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.Arrays;
import java.util.Optional;

/** The two kinds of evidence. */
public enum EvidenceType {
  /** A report of AMD SEV-SNP. */
  SNP("snp"),
  /** A quote of Intel TDX. */
  TDX("tdx");

  private static final int TDX_HEADER = 48;

  private final String text;

  EvidenceType(String text) {
    this.text = text;
  }

  /** Its name in JSON. */
  public String text() {
    return text;
  }

  /** The kind that the text names, or nothing. */
  public static Optional<EvidenceType> named(String text) {
    return Arrays.stream(values()).filter(type -> type.text.equals(text)).findFirst();
  }

  /**
   * What the bytes look like: a report has one length, a quote names its TEE.
   *
   * @throws CloisterException with {@link AttestationError#EVIDENCE_UNKNOWN}
   */
  public static EvidenceType of(Bytes evidence) {
    if (evidence.size() == SnpReport.SIZE) {
      return SNP;
    }
    if (evidence.size() > TDX_HEADER && evidence.u32le(4) == 0x81) {
      return TDX;
    }
    throw new CloisterException(
        AttestationError.EVIDENCE_UNKNOWN, "evidence", evidence.size() + " bytes of another kind");
  }
}
