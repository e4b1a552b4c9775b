package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.Arrays;
import java.util.Optional;

/** The two kinds of evidence. */
public enum EvidenceType {
  /** A report of AMD SEV-SNP. */
  SNP("snp", "report.reportData", "report.hostData"),
  /** A quote of Intel TDX. */
  TDX("tdx", "quote.reportData", "quote.mrConfigId");

  private static final int TDX_HEADER = 48;

  private final String text;
  private final String reportDataPath;
  private final String hostDataPath;

  EvidenceType(String text, String reportDataPath, String hostDataPath) {
    this.text = text;
    this.reportDataPath = reportDataPath;
    this.hostDataPath = hostDataPath;
  }

  /** Its name in JSON. */
  public String text() {
    return text;
  }

  /** The field that holds the 64 bytes that the asker chose, as refusals name it. */
  public String reportDataPath() {
    return reportDataPath;
  }

  /** The field that holds the digest of the initdata, as refusals name it. */
  public String hostDataPath() {
    return hostDataPath;
  }

  /**
   * What the host gives at launch for an initdata: the digest, in TDX behind it zeros up to the 48
   * bytes of MRCONFIGID.
   *
   * @param digest 32 bytes
   */
  public Bytes hostData(Bytes digest) {
    return switch (this) {
      case SNP -> digest;
      case TDX -> Bytes.concat(digest, Bytes.zeros(16));
    };
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
