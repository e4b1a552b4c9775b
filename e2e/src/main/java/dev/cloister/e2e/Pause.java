package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import java.time.Duration;

/** Waiting. */
final class Pause {

  private Pause() {}

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
