package dev.cloister.collateral;

import java.time.Duration;

/** Waits. */
@FunctionalInterface
public interface Pause {

  /** Waits for this long. */
  void pause(Duration time) throws InterruptedException;
}
