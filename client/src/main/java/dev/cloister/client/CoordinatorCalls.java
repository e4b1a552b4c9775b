package dev.cloister.client;

import java.time.Duration;

/** What a link asks the Coordinator. */
interface CoordinatorCalls extends HistorySource {

  /** What the Coordinator says about itself now. */
  CoordinatorState state(Duration timeout);
}
