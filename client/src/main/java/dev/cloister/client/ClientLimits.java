package dev.cloister.client;

import dev.cloister.channel.ChannelLimits;
import dev.cloister.manifest.Mode;
import java.time.Duration;

/**
 * What a Coordinator may cost its client.
 *
 * @param connect longest time until the address answers
 * @param call longest time of a call that is answered at once
 * @param verification longest time of a whole verification, from the open channel on
 * @param historyBytes most bytes of all transitions and manifests of one verification
 * @param channel limits of the channel
 */
public record ClientLimits(
    Duration connect,
    Duration call,
    Duration verification,
    long historyBytes,
    ChannelLimits channel) {

  /** 10 s to connect, 30 s a call, 2 min and 2 GiB a verification. */
  public static final ClientLimits STANDARD =
      new ClientLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          2L << 30,
          ChannelLimits.standard());

  /**
   * For a deployment of this mode: {@link #STANDARD}; where the mode is simulated, with the channel
   * of {@link ChannelLimits#of} and 90 s a call.
   */
  public static ClientLimits of(Mode mode) {
    return switch (mode) {
      case HARDWARE -> STANDARD;
      case SIMULATED ->
          new ClientLimits(
              STANDARD.connect,
              Duration.ofSeconds(90),
              Duration.ofMinutes(6),
              STANDARD.historyBytes,
              ChannelLimits.of(mode));
    };
  }

  public ClientLimits {
    if (!connect.isPositive() || !call.isPositive() || !verification.isPositive()) {
      throw new IllegalArgumentException("a limit of no time");
    }
    if (historyBytes < 1) {
      throw new IllegalArgumentException(historyBytes + " bytes of history");
    }
  }

  /** The same with another time and size of a verification. */
  public ClientLimits withVerification(Duration time, long bytes) {
    return new ClientLimits(connect, call, time, bytes, channel);
  }
}
