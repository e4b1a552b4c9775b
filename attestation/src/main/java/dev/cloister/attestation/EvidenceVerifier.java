package dev.cloister.attestation;

import java.security.Provider;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Both answers in one: authenticates evidence and appraises it against several reference values, of
 * which one must match. Immutable; one serves all threads.
 */
public final class EvidenceVerifier {

  private final boolean acceptsSimulated;
  private final Optional<Provider> provider;

  private EvidenceVerifier(boolean acceptsSimulated, Optional<Provider> provider) {
    this.acceptsSimulated = acceptsSimulated;
    this.provider = provider;
  }

  /** For hardware only: reference values of a simulated root are refused. */
  public static EvidenceVerifier forHardware() {
    return new EvidenceVerifier(false, Optional.empty());
  }

  /**
   * Also for simulated roots, where a reference value names one. Only for a deployment whose mode
   * is {@code simulated}: such evidence proves nothing about hardware.
   */
  public static EvidenceVerifier allowingSimulated() {
    return new EvidenceVerifier(true, Optional.empty());
  }

  /** The same verifier, with the provider's signatures where it offers them. */
  public EvidenceVerifier withProvider(Provider faster) {
    return new EvidenceVerifier(acceptsSimulated, Optional.of(faster));
  }

  /**
   * Examines the evidence.
   *
   * @param references what is accepted; none rejects everything
   * @param expectation the caller's own question and initdata
   * @param at the time at which everything must be valid
   * @return trusted by the first reference value that matches; else the answer for the one that
   *     came nearest: of the same launch digest if there is one, else the first
   */
  public Verdict verify(
      SnpEvidence evidence, List<ReferenceValue> references, Expectation expectation, Instant at) {
    Optional<Verdict> nearest = Optional.empty();
    for (ReferenceValue reference : references) {
      Verdict verdict = verify(evidence, reference, expectation, at);
      if (verdict instanceof Trusted) {
        return verdict;
      }
      if (nearest.isEmpty() || isSameLaunch(evidence, reference)) {
        nearest = Optional.of(verdict);
      }
    }
    return nearest.orElseGet(() ->
        new Rejected(
            AttestationError.NO_REFERENCE_VALUE, "referenceValues", "at least one", "none"));
  }

  /** As above, with one reference value. */
  public Verdict verify(
      SnpEvidence evidence, ReferenceValue reference, Expectation expectation, Instant at) {
    if (reference.root() instanceof TrustAnchor.Simulated && !acceptsSimulated) {
      return new Rejected(
          AttestationError.SIMULATED_ROOT_REFUSED,
          "referenceValue.root",
          "amd",
          reference.root().text());
    }
    SnpAuthenticator authenticator =
        provider
            .map(faster -> SnpAuthenticator.of(reference.root(), faster))
            .orElseGet(() -> SnpAuthenticator.of(reference.root()));
    return Appraiser.appraise(authenticator.authenticate(evidence, at), reference, expectation);
  }

  private static boolean isSameLaunch(SnpEvidence evidence, ReferenceValue reference) {
    return evidence.report().size() == SnpReport.SIZE
        && evidence.report().slice(0x090, 0x0c0).equals(reference.launchDigest());
  }
}
