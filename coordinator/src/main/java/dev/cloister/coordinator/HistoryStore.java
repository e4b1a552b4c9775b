package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.SignedTransition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A history in a {@link Store}: transitions and manifests under names that follow from their
 * digests, and one value, {@code head}, that says where it ends. Whoever swaps {@code head} has put
 * a transition into force. Used by one thread at a time.
 */
final class HistoryStore {

  static final String HEAD = "head";

  private final Store store;
  private final Deployment deployment;

  HistoryStore(Store store, Deployment deployment) {
    this.store = store;
    this.deployment = deployment;
  }

  /**
   * What the store shows, proven as far as owners signed it; whether it is the newest, it cannot
   * say.
   *
   * @param version of the stored head
   */
  record Loaded(StoredHead stored, long version, History history, List<HistoryEntry> entries) {
    Loaded {
      entries = List.copyOf(entries);
    }
  }

  /**
   * Reads and proves the history.
   *
   * @return empty where the store has none
   * @throws CloisterException with {@link CoordinatorError#STORE_FAILED} or {@link
   *     CoordinatorError#STORE_MALFORMED}
   */
  Optional<Loaded> load() {
    return store.read(HEAD).map(this::load);
  }

  private Loaded load(Store.Versioned head) {
    try {
      StoredHead stored = StoredHead.parse(head.value());
      if (!stored.pin().equals(deployment.pin())) {
        throw malformed(HEAD, "is of the deployment " + stored.pin());
      }
      List<HistoryEntry> entries = List.copyOf(entries(stored.head()));
      History history = History.replay(deployment, entries);
      if (!history.head().equals(stored.head())) {
        throw malformed(HEAD, "says " + stored.head() + ", the history ends at " + history.head());
      }
      return new Loaded(stored, head.version(), history, entries);
    } catch (CloisterException e) {
      if (e.code() instanceof CoordinatorError) {
        throw e;
      }
      throw new CloisterException(
          CoordinatorError.STORE_MALFORMED, "store", String.valueOf(e.getMessage()), e);
    }
  }

  /** From the newest back to the first, by the digests that each names. */
  private Deque<HistoryEntry> entries(Head newest) {
    Map<Bytes, Bytes> manifests = new HashMap<>();
    Deque<HistoryEntry> entries = new ArrayDeque<>();
    long number = newest.number();
    Bytes digest = newest.digest();
    while (number > 0) {
      String key = transitionKey(digest);
      SignedTransition signed = SignedTransition.parse(need(key));
      if (!signed.transition().head().equals(new Head(number, digest))) {
        throw malformed(key, "holds another transition");
      }
      Bytes manifest = signed.transition().manifest();
      entries.addFirst(
          new HistoryEntry(
              signed, manifests.computeIfAbsent(manifest, name -> need(manifestKey(name)))));
      digest = signed.transition().previous();
      number--;
    }
    return entries;
  }

  private Bytes need(String key) {
    return store
        .read(key)
        .map(Store.Versioned::value)
        .orElseThrow(() -> malformed(key, "is missing"));
  }

  /** Writes what the new head will name; nothing is in force because of it. */
  void prepare(HistoryEntry entry) {
    put(manifestKey(entry.manifest().sha256()), entry.manifest());
    put(
        transitionKey(entry.transition().transition().head().digest()),
        entry.transition().document());
  }

  /** The encrypted shares, to be handed out again to whoever lost the answer. */
  void keepShares(List<Bytes> shares, Head head) {
    for (int i = 0; i < shares.size(); i++) {
      put("shares/" + head.digest().toHex() + "/" + (i + 1), shares.get(i));
    }
  }

  /** Another attempt may have left its bytes there. */
  private void put(String key, Bytes value) {
    Optional<Store.Versioned> found = store.read(key);
    if (found.isEmpty() || !found.get().value().equals(value)) {
      store.compareAndSwap(key, found.map(Store.Versioned::version).orElse(0L), value);
    }
  }

  /**
   * Puts it into force.
   *
   * @param expected version of the head that it follows; 0 for the first
   * @return the version of the new head
   * @throws CloisterException with {@link CoordinatorError#STORE_CONFLICT}, or {@link
   *     CoordinatorError#STORE_FAILED}: then nobody knows whether it was written
   */
  long commit(StoredHead next, long expected) {
    Bytes document = next.document();
    try {
      return store.compareAndSwap(HEAD, expected, document);
    } catch (CloisterException e) {
      // A write whose answer was lost looks like a conflict to whoever repeats it.
      return committed(next).orElseThrow(() -> e);
    }
  }

  /** The version of the head, where the store shows exactly this one. */
  Optional<Long> committed(StoredHead wanted) {
    return store
        .read(HEAD)
        .filter(found -> found.value().equals(wanted.document()))
        .map(Store.Versioned::version);
  }

  private static String transitionKey(Bytes digest) {
    return "transitions/" + digest.toHex();
  }

  private static String manifestKey(Bytes digest) {
    return "manifests/" + digest.toHex();
  }

  private static CloisterException malformed(String key, String detail) {
    return new CloisterException(CoordinatorError.STORE_MALFORMED, "store/" + key, detail);
  }
}
