package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.List;

/**
 * What Intel publishes about a quote's platform, exactly as served. Nothing in it is trusted
 * because it is there.
 *
 * @param tcbInfo the body of PCS "Get TDX TCB Info"; empty where it is missing
 * @param qeIdentity the body of PCS "Get TDX QE Identity"; empty where it is missing
 * @param rootCaCrl DER of the root's revocation list; empty where it is missing
 * @param pckCrl DER of the platform authority's revocation list; empty where it is missing
 * @param certificates DER: the signers of the above and their authorities, at most 16
 */
public record TdxCollateral(
    Bytes tcbInfo, Bytes qeIdentity, Bytes rootCaCrl, Bytes pckCrl, List<Bytes> certificates) {

  private static final int MAX_CERTIFICATES = 16;

  /**
   * @throws CloisterException with {@link AttestationError#EVIDENCE_TOO_LARGE}
   */
  public TdxCollateral {
    certificates = List.copyOf(certificates);
    if (certificates.size() > MAX_CERTIFICATES) {
      throw new CloisterException(
          AttestationError.EVIDENCE_TOO_LARGE, "collateral", certificates.size() + " certificates");
    }
  }

  /** No collateral at all. */
  public static TdxCollateral none() {
    return new TdxCollateral(Bytes.EMPTY, Bytes.EMPTY, Bytes.EMPTY, Bytes.EMPTY, List.of());
  }
}
