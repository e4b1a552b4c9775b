package dev.cloister.channel;

import dev.cloister.manifest.Mode;
import java.time.Duration;

/**
 * What a peer may cost.
 *
 * @param handshake longest time from the first byte to the open channel
 * @param renewAfter after which time the exchange is repeated
 * @param renewal longest time of a repeated exchange from the moment that it is due; then the
 *     connection is closed
 * @param minimumRenewal shortest time between two exchanges of one connection: a responder waits
 *     for it before it answers
 * @param handshakes most handshakes at once at a responder
 * @param handshakesOfOneOrigin most of them from one address
 * @param connections most open connections at a responder
 */
public record ChannelLimits(
    Duration handshake,
    Duration renewAfter,
    Duration renewal,
    Duration minimumRenewal,
    int handshakes,
    int handshakesOfOneOrigin,
    int connections) {

  private static final Duration EMULATED = Duration.ofMinutes(3);

  public ChannelLimits {
    requirePositive(handshake);
    requirePositive(renewAfter);
    requirePositive(renewal);
    requirePositive(minimumRenewal);
    if (handshakes < 1 || handshakesOfOneOrigin < 1 || connections < 1) {
      throw new IllegalArgumentException("limits of less than one connection");
    }
  }

  /**
   * For a deployment of this mode: {@link #standard()}; where the mode is simulated, three minutes
   * for a handshake and for a renewal, which emulated machines need when several of them start.
   */
  public static ChannelLimits of(Mode mode) {
    return switch (mode) {
      case HARDWARE -> standard();
      case SIMULATED -> standard().withTimes(EMULATED, Duration.ofHours(1), EMULATED);
    };
  }

  /**
   * A minute for a handshake; renewal every hour within a minute; 512 handshakes, 32 of one origin.
   */
  public static ChannelLimits standard() {
    return new ChannelLimits(
        Duration.ofMinutes(1),
        Duration.ofHours(1),
        Duration.ofMinutes(1),
        Duration.ofSeconds(1),
        512,
        32,
        4096);
  }

  /** The same with other times of handshake and renewal. */
  public ChannelLimits withTimes(Duration handshake, Duration renewAfter, Duration renewal) {
    return new ChannelLimits(
        handshake,
        renewAfter,
        renewal,
        minimumRenewal,
        handshakes,
        handshakesOfOneOrigin,
        connections);
  }

  /** The same with other numbers of connections. */
  public ChannelLimits withCounts(int handshakes, int ofOneOrigin, int connections) {
    return new ChannelLimits(
        handshake, renewAfter, renewal, minimumRenewal, handshakes, ofOneOrigin, connections);
  }

  private static void requirePositive(Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("a limit of " + duration);
    }
  }
}
