package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.security.Provider;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Both answers in one: authenticates evidence and appraises it against several reference values, of
 * which one must match. One serves all threads, and does so faster than many would: what it
 * remembers depends on nothing but bytes, so that no answer depends on an earlier one.
 */
public final class EvidenceVerifier {

  private static final int MAX_ROOTS = 8;

  private final boolean acceptsSimulated;
  private final Optional<Provider> provider;
  private final Memo<TrustAnchor, Authenticators> authenticators = new Memo<>(MAX_ROOTS);

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
   * @param references what is accepted; none rejects everything; only those of the evidence's kind
   *     are looked at where there are some
   * @param expectation the caller's own question and initdata
   * @param at the time at which everything must be valid
   * @return trusted by the first reference value that matches; else the answer for the one that
   *     came nearest: of the same launch digest if there is one, else the first
   */
  public Verdict verify(
      Evidence evidence, List<ReferenceValue> references, Expectation expectation, Instant at) {
    Optional<Verdict> nearest = Optional.empty();
    for (ReferenceValue reference : ofItsKind(evidence, references)) {
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

  private static List<ReferenceValue> ofItsKind(
      Evidence evidence, List<ReferenceValue> references) {
    List<ReferenceValue> same =
        references.stream().filter(reference -> reference.type() == evidence.type()).toList();
    return same.isEmpty() ? references : same;
  }

  /** As above, with one reference value. */
  public Verdict verify(
      Evidence evidence, ReferenceValue reference, Expectation expectation, Instant at) {
    if (reference.root() instanceof TrustAnchor.Simulated && !acceptsSimulated) {
      return simulatedRefused("referenceValue.root", reference.root());
    }
    return Appraiser.appraise(authenticate(evidence, reference.root(), at), reference, expectation);
  }

  /**
   * The first answer alone: is the evidence genuine, whatever runs in the VM?
   *
   * @param root the root that it must end in
   */
  public Authentication authenticate(Evidence evidence, TrustAnchor root, Instant at) {
    return root instanceof TrustAnchor.Simulated && !acceptsSimulated
        ? simulatedRefused("root", root)
        : authenticators.get(root, this::authenticators).authenticate(evidence, at);
  }

  private static Rejected simulatedRefused(String path, TrustAnchor root) {
    return new Rejected(AttestationError.SIMULATED_ROOT_REFUSED, path, "a vendor's", root.text());
  }

  /** One of each kind, for evidence that must end in one root. */
  private record Authenticators(SnpAuthenticator snp, TdxAuthenticator tdx) {

    Authentication authenticate(Evidence evidence, Instant at) {
      return switch (evidence) {
        case SnpEvidence report -> snp.authenticate(report, at);
        case TdxEvidence quote -> tdx.authenticate(quote, at);
      };
    }
  }

  private Authenticators authenticators(TrustAnchor root) {
    return provider
        .map(faster ->
            new Authenticators(
                SnpAuthenticator.of(root, faster), TdxAuthenticator.of(root, faster)))
        .orElseGet(() -> new Authenticators(SnpAuthenticator.of(root), TdxAuthenticator.of(root)));
  }

  private static boolean isSameLaunch(Evidence evidence, ReferenceValue reference) {
    return switch (evidence) {
      case SnpEvidence snp ->
          snp.report().size() == SnpReport.SIZE
              && snp.report().slice(0x090, 0x0c0).equals(reference.launchDigest());
      case TdxEvidence tdx -> isSameLaunch(tdx.quote(), reference);
    };
  }

  private static boolean isSameLaunch(Bytes quote, ReferenceValue reference) {
    try {
      return TdxQuote.parse(quote).body().mrTd().equals(reference.launchDigest());
    } catch (CloisterException e) {
      return false;
    }
  }
}
