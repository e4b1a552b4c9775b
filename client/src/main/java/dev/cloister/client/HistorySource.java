package dev.cloister.client;

import dev.cloister.encoding.Bytes;
import java.time.Duration;
import java.util.List;

/** Where the parts of a history come from. Nothing that it gives is trusted. */
@FunctionalInterface
interface HistorySource {

  /**
   * A part of an entry.
   *
   * @param signedTransition the signed transition's document
   * @param manifest bytes of its manifest from the offset asked for (0 for all but a page's first)
   * @param manifestSize bytes of the whole manifest; 0 where it is that of the entry before
   */
  record Part(Bytes signedTransition, Bytes manifest, long manifestSize) {}

  /** Parts in their order; whether there is more behind them. */
  record Page(List<Part> parts, boolean more) {
    public Page {
      parts = List.copyOf(parts);
    }
  }

  /**
   * The next page.
   *
   * @param afterNumber number of the transition before the first entry
   * @param manifestOffset bytes of the first entry's manifest that are there already
   */
  Page page(long afterNumber, long manifestOffset, Duration timeout);
}
