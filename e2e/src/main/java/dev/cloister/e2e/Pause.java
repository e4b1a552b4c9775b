package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Waiting. */
final class Pause {

  private static final Duration LOOK = Duration.ofMillis(300);

  private Pause() {}

  /**
   * Looks again and again until there is something.
   *
   * @param limit for how long
   * @param look one look; what it throws ends the waiting
   * @param late the failure where the time is over
   */
  static <T> T until(Duration limit, Supplier<Optional<T>> look, Supplier<CloisterException> late) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Optional<T> found = look.get();
      if (found.isPresent()) {
        return found.get();
      }
      if (System.nanoTime() > deadline) {
        throw late.get();
      }
      of(LOOK);
    }
  }

  /** Waits for so long. */
  static void of(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(E2eError.STEP_FAILED, "", "interrupted", e);
    }
  }
}
