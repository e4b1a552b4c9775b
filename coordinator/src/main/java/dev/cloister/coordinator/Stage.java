package dev.cloister.coordinator;

import dev.cloister.client.CoordinatorState;
import dev.cloister.client.Phase;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Where a Coordinator is. Immutable: each step is a new one. */
sealed interface Stage {

  /** What it says about itself. */
  CoordinatorState state(long nanos);

  /** The history as far as it is known. */
  History history();

  /** The same as documents. */
  List<HistoryEntry> entries();

  default Head head() {
    return history().head();
  }

  /** A fresh instance: its seed is its own and nobody's yet. */
  record Awaiting(Seed seed, RootAuthority root, History history) implements Stage {
    @Override
    public CoordinatorState state(long nanos) {
      return new CoordinatorState(
          Phase.AWAITING_FIRST, root.certificate(), Head.NONE, 0, List.of());
    }

    @Override
    public List<HistoryEntry> entries() {
      return List.of();
    }
  }

  /**
   * It restarted.
   *
   * @param missing shares
   */
  record Recovering(HistoryStore.Loaded loaded, int missing) implements Stage {
    @Override
    public CoordinatorState state(long nanos) {
      return new CoordinatorState(Phase.RECOVERING, Bytes.EMPTY, head(), missing, List.of());
    }

    @Override
    public History history() {
      return loaded.history();
    }

    @Override
    public List<HistoryEntry> entries() {
      return loaded.entries();
    }
  }

  /**
   * It serves.
   *
   * @param version of the head in the store
   * @param dealing names the shares in force
   * @param shares documents that were made with the newest transition; none where it made none
   * @param mesh the newest generation, which issues
   * @param retired those before, newest first
   */
  record Ready(
      Seed seed,
      RootAuthority root,
      History history,
      List<HistoryEntry> entries,
      long version,
      Bytes dealing,
      List<Bytes> shares,
      MeshAuthority mesh,
      List<Retired> retired)
      implements Stage {

    /** Verifiers take no more than 16 mesh CAs. */
    private static final int MAX_RETIRED = 15;

    public Ready {
      entries = List.copyOf(entries);
      shares = List.copyOf(shares);
      retired = List.copyOf(retired);
    }

    @Override
    public CoordinatorState state(long nanos) {
      return new CoordinatorState(
          Phase.READY, root.certificate(), head(), 0, meshCertificates(nanos));
    }

    Manifest manifest() {
      return history.manifest().orElseThrow();
    }

    /** The mesh CAs that are accepted, newest first. */
    List<Bytes> meshCertificates(long nanos) {
      List<Bytes> all = new ArrayList<>(List.of(mesh.certificate()));
      for (Retired before : alive(retired, nanos)) {
        all.add(before.certificate());
      }
      return List.copyOf(all);
    }

    /** The generations before the next one: this one's grace begins. */
    List<Retired> retire(Duration grace, long nanos) {
      List<Retired> next = new ArrayList<>();
      if (grace.isPositive()) {
        next.add(new Retired(mesh.certificate(), nanos + grace.toNanos()));
      }
      next.addAll(alive(retired, nanos));
      return next.size() > MAX_RETIRED ? next.subList(0, MAX_RETIRED) : next;
    }

    private static List<Retired> alive(List<Retired> all, long nanos) {
      return all.stream().filter(one -> one.untilNanos() - nanos > 0).toList();
    }
  }

  /**
   * A generation that issues no more; its key is dropped.
   *
   * @param untilNanos when its grace ends, by the monotonic clock: the host sets the other one
   */
  record Retired(Bytes certificate, long untilNanos) {}
}
