package dev.cloister.client;

import dev.cloister.encoding.CloisterException;
import java.time.Duration;

/** What is left of the time and the bytes of one verification. One thread. */
final class VerificationBudget {

  private final ClientLimits limits;
  private final long start = System.nanoTime();
  private long bytes;

  VerificationBudget(ClientLimits limits) {
    this.limits = limits;
    this.bytes = limits.historyBytes();
  }

  /** How long the next call may take. */
  Duration remaining() {
    Duration left = limits.verification().minusNanos(System.nanoTime() - start);
    if (!left.isPositive()) {
      throw over("not finished within " + limits.verification().toMillis() + " ms");
    }
    return left.compareTo(limits.call()) < 0 ? left : limits.call();
  }

  void take(long size) {
    bytes -= size;
    if (bytes < 0) {
      throw over("more than " + limits.historyBytes() + " bytes");
    }
  }

  private static CloisterException over(String detail) {
    return new CloisterException(ClientError.HISTORY_TOO_LARGE, "history", detail);
  }
}
