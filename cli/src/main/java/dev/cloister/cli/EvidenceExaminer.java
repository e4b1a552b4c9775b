package dev.cloister.cli;

import dev.cloister.attestation.Authentication;
import dev.cloister.attestation.EarliestTime;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.collateral.CollateralStore;
import dev.cloister.collateral.StoredCollateral;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Authenticates the evidence of requests: with what they bring along and, where a store is used,
 * what that has of the rest, at no time that the store proves wrong. For any thread.
 */
final class EvidenceExaminer {

  private final EvidenceVerifier verifier;
  private final Optional<StoredCollateral> stored;
  private final EarliestTime earliest;

  private EvidenceExaminer(
      EvidenceVerifier verifier, Optional<StoredCollateral> stored, EarliestTime earliest) {
    this.verifier = verifier;
    this.stored = stored;
    this.earliest = earliest;
  }

  /** One that uses nothing but the requests. */
  static EvidenceExaminer of(EvidenceVerifier verifier) {
    return new EvidenceExaminer(verifier, Optional.empty(), EarliestTime.unknown());
  }

  /**
   * One that uses this store, which it does not change.
   *
   * @param maxAge how old a piece may be; nothing where its own dates are enough
   */
  static EvidenceExaminer of(
      EvidenceVerifier verifier, CollateralStore store, Optional<Duration> maxAge) {
    return new EvidenceExaminer(
        verifier, Optional.of(new StoredCollateral(store, verifier, maxAge)), store.earliest());
  }

  /**
   * An answer and what of the store it rests on.
   *
   * @param cached names of pieces
   */
  record Examined(Authentication authentication, List<String> cached) {}

  Examined authenticate(EvidenceRequest asked, TrustAnchor root) {
    Instant at = asked.at();
    Optional<Rejected> tooEarly = earliest.refusal(at);
    if (tooEarly.isPresent()) {
      return new Examined(tooEarly.get(), List.of());
    }
    if (stored.isEmpty()) {
      return new Examined(verifier.authenticate(asked.evidence(), root, at), List.of());
    }
    StoredCollateral.Filled filled = stored.get().fill(asked.evidence(), root, at);
    return new Examined(verifier.authenticate(filled.evidence(), root, at), filled.taken());
  }
}
