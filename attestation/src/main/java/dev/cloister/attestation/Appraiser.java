package dev.cloister.attestation;

/**
 * The second answer (RFC 9334: appraisal): is genuine evidence what the owner asks for? It compares
 * every field that a reference value speaks of, in a fixed order, and names the first that differs.
 * Stateless; for any thread.
 */
public final class Appraiser {

  private Appraiser() {}

  /**
   * Compares evidence with one reference value. Rejected and inconclusive authentications stay what
   * they are.
   */
  public static Verdict appraise(
      Authentication authentication, ReferenceValue reference, Expectation expectation) {
    return switch (authentication) {
      case Rejected rejected -> rejected;
      case Inconclusive inconclusive -> inconclusive;
      case Authentic authentic -> {
        try {
          yield compare(authentic.claims(), reference, expectation);
        } catch (Refusal e) {
          yield e.rejected();
        }
      }
    };
  }

  private static Verdict compare(Claims claims, ReferenceValue reference, Expectation expectation) {
    return switch (claims) {
      case SnpClaims snp when reference instanceof SnpReferenceValue value ->
          SnpAppraiser.compare(snp, value, expectation);
      case TdxClaims tdx when reference instanceof TdxReferenceValue value ->
          TdxAppraiser.compare(tdx, value, expectation);
      case SnpClaims _ -> ofAnotherTee(reference, EvidenceType.SNP);
      case TdxClaims _ -> ofAnotherTee(reference, EvidenceType.TDX);
    };
  }

  private static Rejected ofAnotherTee(ReferenceValue reference, EvidenceType found) {
    return new Rejected(
        AttestationError.TEE_DIFFERS, "referenceValue.tee", reference.type().text(), found.text());
  }
}
