package dev.cloister.client;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.SignedTransition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/**
 * The entries of a history, page by page, as they are asked for: only one page and one manifest are
 * held. Bounded in entries, bytes and time, and each page must bring something new, so a peer that
 * never ends costs no more than the history that its evidence names.
 */
final class PagedHistory implements Iterator<HistoryEntry> {

  /** The fewest bytes of a manifest that a page may bring where the manifest does not end in it. */
  static final int MIN_PIECE = 64 << 10;

  private final HistorySource source;
  private final VerificationBudget budget;
  private final long lastNumber;
  private final Consumer<HistoryEntry> keeper;
  private final Deque<HistorySource.Part> waiting = new ArrayDeque<>();
  private long number;
  private boolean more = true;
  private Bytes manifest;

  /**
   * @param before number of the transition that the entries follow
   * @param manifest the manifest in force there; empty for none
   * @param lastNumber number of the last entry that is taken
   * @param keeper is given each entry before it is verified
   */
  PagedHistory(
      HistorySource source,
      VerificationBudget budget,
      long before,
      Bytes manifest,
      long lastNumber,
      Consumer<HistoryEntry> keeper) {
    this.source = source;
    this.budget = budget;
    this.number = before;
    this.manifest = manifest;
    this.lastNumber = lastNumber;
    this.keeper = keeper;
  }

  @Override
  public boolean hasNext() {
    if (number >= lastNumber) {
      return false;
    }
    if (waiting.isEmpty() && more) {
      fetch(0);
    }
    return !waiting.isEmpty();
  }

  @Override
  public HistoryEntry next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    HistorySource.Part part = waiting.remove();
    manifest = manifest(part);
    number++;
    HistoryEntry entry =
        new HistoryEntry(SignedTransition.parse(part.signedTransition()), manifest);
    keeper.accept(entry);
    return entry;
  }

  private void fetch(long offset) {
    HistorySource.Page page = source.page(number, offset, budget.remaining());
    if (page.parts().isEmpty() && page.more()) {
      throw malformed("a page without entries says that there is more");
    }
    for (HistorySource.Part part : page.parts()) {
      if (part.signedTransition().size() > SignedTransition.MAX_SIZE) {
        throw malformed("a signed transition of " + part.signedTransition().size() + " bytes");
      }
      budget.take((long) part.signedTransition().size() + part.manifest().size());
    }
    waiting.addAll(page.parts());
    more = page.more();
  }

  private Bytes manifest(HistorySource.Part first) {
    long size = first.manifestSize();
    if (size == 0) {
      if (manifest.isEmpty() || !first.manifest().isEmpty()) {
        throw malformed("an entry without a manifest where there is none before");
      }
      return manifest;
    }
    if (size < 0 || size > Manifest.MAX_SIZE || first.manifest().size() > size) {
      throw malformed("a manifest of " + size + " bytes");
    }
    return first.manifest().size() == size ? first.manifest() : joined(first);
  }

  /** A manifest that does not end in its first page. */
  private Bytes joined(HistorySource.Part first) {
    List<Bytes> pieces = new ArrayList<>(List.of(first.manifest()));
    long have = first.manifest().size();
    requireProgress(first, have);
    while (have < first.manifestSize()) {
      if (!waiting.isEmpty() || !more) {
        throw malformed("a manifest that is cut off");
      }
      fetch(have);
      HistorySource.Part next = waiting.remove();
      have += next.manifest().size();
      if (!next.signedTransition().equals(first.signedTransition())
          || next.manifestSize() != first.manifestSize()
          || have > first.manifestSize()) {
        throw malformed("a manifest that goes on as another");
      }
      requireProgress(next, have);
      pieces.add(next.manifest());
    }
    return Bytes.concat(pieces.toArray(new Bytes[0]));
  }

  private static void requireProgress(HistorySource.Part part, long have) {
    if (part.manifest().size() < MIN_PIECE && have < part.manifestSize()) {
      throw malformed("a piece of " + part.manifest().size() + " bytes of a manifest");
    }
  }

  private static CloisterException malformed(String detail) {
    return new CloisterException(ClientError.HISTORY_MALFORMED, "history", detail);
  }
}
