package dev.cloister.coordinator;

import dev.cloister.client.CoordinatorState;
import dev.cloister.client.Phase;
import java.util.Optional;

/** What a Coordinator shows to everybody. Safe for use by any thread; never blocks for long. */
public interface PublicState {

  /** Where it is in its life. */
  default Phase phase() {
    return state().phase();
  }

  /** What it says about itself now, in any phase. */
  CoordinatorState state();

  /** What it serves, all of one moment; empty unless it is {@link Phase#READY}. */
  Optional<Serving> serving();

  /** What happened since it started. */
  Counters counters();
}
