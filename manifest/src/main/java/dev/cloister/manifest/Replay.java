package dev.cloister.manifest;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Walks a chain in batches. Signatures and manifests of a batch are checked on all processors, as
 * if its first owners were in force throughout; then its entries are walked one after the other,
 * and what was checked for other owners is checked again. So the answer is that of a plain walk.
 */
final class Replay {

  private static final int MAX_ENTRIES = 64;
  private static final int MAX_BYTES = 1 << 20;

  private final Iterator<HistoryEntry> entries;
  private History history;
  private @Nullable RuntimeException interruption;

  private Replay(History from, Iterator<HistoryEntry> entries) {
    this.history = from;
    this.entries = entries;
  }

  static History walk(History from, Iterator<HistoryEntry> entries) {
    Replay replay = new Replay(from, entries);
    List<HistoryEntry> batch = replay.nextBatch();
    while (!batch.isEmpty()) {
      replay.walk(batch);
      batch = replay.nextBatch();
    }
    return replay.history;
  }

  /** What the source says of a later entry comes after what is wrong with an earlier one. */
  private List<HistoryEntry> nextBatch() {
    if (interruption != null) {
      throw interruption;
    }
    List<HistoryEntry> batch = new ArrayList<>();
    long bytes = 0;
    try {
      while (batch.size() < MAX_ENTRIES && bytes < MAX_BYTES && entries.hasNext()) {
        HistoryEntry entry = entries.next();
        batch.add(entry);
        bytes += entry.manifest().size();
      }
    } catch (RuntimeException e) {
      if (batch.isEmpty()) {
        throw e;
      }
      interruption = e;
    }
    return batch;
  }

  private void walk(List<HistoryEntry> batch) {
    for (PreparedEntry entry : prepare(batch)) {
      long number = history.head().number() + 1;
      try {
        history = history.follow(entry);
      } catch (CloisterException e) {
        String where = e.where().isEmpty() ? "" : ": " + e.where();
        throw new CloisterException(e.code(), "transitions[" + number + "]" + where, e.detail(), e);
      }
    }
  }

  private List<PreparedEntry> prepare(List<HistoryEntry> batch) {
    Owners owners = history.owners();
    PreparedEntry[] prepared = new PreparedEntry[batch.size()];
    AtomicInteger next = new AtomicInteger();
    Runnable work =
        () -> {
          for (int i = next.getAndIncrement(); i < prepared.length; i = next.getAndIncrement()) {
            prepared[i] = PreparedEntry.of(batch.get(i), owners);
          }
        };
    List<FutureTask<Optional<Void>>> others = new ArrayList<>();
    int threads = Math.min(Runtime.getRuntime().availableProcessors(), batch.size());
    for (int i = 1; i < threads; i++) {
      FutureTask<Optional<Void>> task = new FutureTask<>(work, Optional.empty());
      Thread.ofPlatform().daemon().name("history-" + i).start(task);
      others.add(task);
    }
    work.run();
    others.forEach(Replay::await);
    return List.of(prepared);
  }

  private static void await(FutureTask<?> task) {
    boolean interrupted = false;
    while (true) {
      try {
        task.get();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new IllegalStateException("checking ahead failed", e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
