package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets one report serve all sessions of a short time slot, because a security processor makes only
 * tens of reports a second. The first session of a batch opens it, waits for the slot, closes it
 * and asks for the report; one report is made at a time, and meanwhile the next batch fills up. A
 * batch that is full is closed early.
 *
 * <p>Thread-safe. Each session's thread blocks here until its report is there.
 */
public final class EvidenceBatcher {

  /** The most sessions of one batch. */
  public static final int MAX_SESSIONS = 1 << MerklePath.MAX_DEPTH;

  private final Attester attester;
  private final long slotNanos;
  private final int maxSessions;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Batch open;
  private boolean attesting;

  /**
   * A batcher in front of an attester.
   *
   * @param slot how long the first session of a batch waits for others, 0 to 10 s
   * @param maxSessions the most sessions of a batch, 1 to {@value #MAX_SESSIONS}; as many again may
   *     wait, further ones are refused
   */
  public EvidenceBatcher(Attester attester, Duration slot, int maxSessions) {
    if (slot.isNegative() || slot.compareTo(Duration.ofSeconds(10)) > 0) {
      throw new IllegalArgumentException("a slot of " + slot);
    }
    if (maxSessions < 1 || maxSessions > MAX_SESSIONS) {
      throw new IllegalArgumentException(maxSessions + " sessions");
    }
    this.attester = attester;
    this.slotNanos = slot.toNanos();
    this.maxSessions = maxSessions;
  }

  /** A batch of sessions, guarded by the lock of the batcher. */
  private static final class Batch {
    final List<Bytes> leaves = new ArrayList<>();
    List<MerklePath> paths = List.of();
    @Nullable Evidence evidence;
    @Nullable RuntimeException failure;

    boolean isDone() {
      return evidence != null || failure != null;
    }
  }

  /**
   * A report, and where the session stands in its tree.
   *
   * @param path what the report is about is {@code path.what(leaf)}
   * @param evidence the report with what belongs to it
   */
  public record Batched(MerklePath path, Evidence evidence) {}

  /**
   * Evidence about this leaf and those of others.
   *
   * @param leaf SHA-256 of a transcript whose domain says what it is; never a peer's own bytes
   * @throws CloisterException with {@link ChannelError#BUSY} where a full batch waits already, or
   *     {@link ChannelError#ATTESTER_FAILED}
   */
  public Batched evidence(Bytes leaf) {
    lock.lock();
    try {
      Batch batch = open;
      boolean first = batch == null;
      if (batch == null) {
        batch = new Batch();
        open = batch;
      }
      if (batch.leaves.size() >= maxSessions) {
        throw Step.EVIDENCE.refuse(ChannelError.BUSY, maxSessions + " sessions wait already");
      }
      int index = batch.leaves.size();
      batch.leaves.add(leaf);
      changed.signalAll();
      if (first) {
        lead(batch);
      }
      return result(batch, index);
    } finally {
      lock.unlock();
    }
  }

  /** Number of sessions in the batch that still fills up. */
  int waiting() {
    lock.lock();
    try {
      Batch batch = open;
      return batch == null ? 0 : batch.leaves.size();
    } finally {
      lock.unlock();
    }
  }

  private void lead(Batch batch) {
    long left = slotNanos;
    while (attesting || (left > 0 && batch.leaves.size() < maxSessions)) {
      try {
        if (attesting) {
          changed.await();
        } else {
          left = changed.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail(batch, Step.EVIDENCE.refuse(ChannelError.ATTESTER_FAILED, "interrupted", e));
        return;
      }
    }
    open = null;
    attesting = true;
    batch.paths = MerklePath.pathsOf(batch.leaves);
    attest(batch);
  }

  private void attest(Batch batch) {
    Bytes what = batch.paths.getFirst().what(batch.leaves.getFirst());
    try {
      batch.evidence = attestUnlocked(what);
    } catch (RuntimeException e) {
      batch.failure = e;
    } finally {
      if (!batch.isDone()) {
        batch.failure = new IllegalStateException("the attester died");
      }
      attesting = false;
      changed.signalAll();
    }
  }

  private Evidence attestUnlocked(Bytes what) {
    lock.unlock();
    try {
      return attester.attest(what);
    } finally {
      lock.lock();
    }
  }

  private void fail(Batch batch, RuntimeException failure) {
    if (open == batch) {
      open = null;
    }
    batch.failure = failure;
    changed.signalAll();
  }

  private Batched result(Batch batch, int index) {
    while (!batch.isDone()) {
      changed.awaitUninterruptibly();
    }
    Evidence evidence = batch.evidence;
    if (evidence == null) {
      throw Step.EVIDENCE.refuse(
          ChannelError.ATTESTER_FAILED, "no report", Objects.requireNonNull(batch.failure));
    }
    return new Batched(batch.paths.get(index), evidence);
  }
}
