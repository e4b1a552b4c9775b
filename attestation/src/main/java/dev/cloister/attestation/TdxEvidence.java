package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.List;

/**
 * A quote with what is needed to check it. Nothing in it is trusted because it is there.
 *
 * @param quote the bytes of the quote
 * @param certificates DER certificates of the platform's key and its authorities, where the quote
 *     does not carry them, at most 16
 * @param collateral what Intel publishes about the platform
 */
public record TdxEvidence(Bytes quote, List<Bytes> certificates, TdxCollateral collateral)
    implements Evidence {

  private static final int MAX_CERTIFICATES = 16;

  /**
   * @throws CloisterException with {@link AttestationError#EVIDENCE_TOO_LARGE}
   */
  public TdxEvidence {
    certificates = List.copyOf(certificates);
    if (certificates.size() > MAX_CERTIFICATES) {
      throw new CloisterException(
          AttestationError.EVIDENCE_TOO_LARGE, "evidence", certificates.size() + " certificates");
    }
  }

  @Override
  public EvidenceType type() {
    return EvidenceType.TDX;
  }

  @Override
  public Bytes claimedReportData() {
    return TdxQuote.parse(quote).body().reportData();
  }

  @Override
  public Bytes claimedHostData() {
    return TdxQuote.parse(quote).body().mrConfigId();
  }
}
