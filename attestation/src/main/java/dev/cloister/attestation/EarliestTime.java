package dev.cloister.attestation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The latest date in data that a vendor signed and that was found genuine: no right clock is before
 * it. Whoever sets a verifier's clock back, so that old evidence and old revocation lists count
 * again, is found out by it. Immutable: a verifier remembers none by itself, so that no answer
 * depends on an earlier one; the caller keeps it, for example beside the collateral, and asks
 * {@link #refusal} before the evidence is examined.
 *
 * @param bound that date; {@link Instant#MIN} where nothing is known
 */
public record EarliestTime(Instant bound) {

  /** How far a clock may be behind the vendors': five minutes. */
  public static final Duration SKEW = Duration.ofMinutes(5);

  /** Nothing is known. */
  public static EarliestTime unknown() {
    return new EarliestTime(Instant.MIN);
  }

  /**
   * The later of this and what genuine evidence proves. Simulated vendors prove nothing about time,
   * nor does evidence that is not genuine.
   */
  public EarliestTime with(Authentication answer) {
    return answer instanceof Authentic(Claims claims)
            && !(claims.root() instanceof TrustAnchor.Simulated)
        ? later(new EarliestTime(claims.validFrom()))
        : this;
  }

  /** The later of the two. */
  public EarliestTime later(EarliestTime other) {
    return other.bound.isAfter(bound) ? other : this;
  }

  /** Why nothing may be examined at this time; nothing where it may be. */
  public Optional<Rejected> refusal(Instant at) {
    return bound.equals(Instant.MIN) || !at.isBefore(bound.minus(SKEW))
        ? Optional.empty()
        : Optional.of(
            new Rejected(
                AttestationError.TIME_BEFORE_SIGNED_DATA,
                "at",
                "not before " + bound,
                at.toString()));
  }
}
