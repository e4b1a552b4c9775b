package dev.cloister.node;

import java.time.Duration;

/**
 * How long a container waits before it runs again, as kubelet does it: 10 s, doubled at each
 * restart up to 5 minutes, forgotten after 10 minutes of running. Not thread-safe.
 */
final class RestartBackoff {

  private static final Duration FIRST = Duration.ofSeconds(10);
  private static final Duration MOST = Duration.ofMinutes(5);
  private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

  private Duration next = Duration.ZERO;

  /** The pause after an instance that ran for {@code ran}; none after the first. */
  Duration after(Duration ran) {
    if (ran.compareTo(FORGOTTEN_AFTER) >= 0) {
      next = Duration.ZERO;
    }
    Duration pause = next;
    Duration doubled = next.isZero() ? FIRST : next.multipliedBy(2);
    next = doubled.compareTo(MOST) > 0 ? MOST : doubled;
    return pause;
  }
}
