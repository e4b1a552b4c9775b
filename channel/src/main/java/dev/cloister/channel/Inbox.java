package dev.cloister.channel;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Application bytes between the thread that takes frames and the one that reads. It holds one
 * buffer of fixed size; the thread that fills it waits while it is full, and so does the peer.
 */
final class Inbox extends InputStream {

  static final int CAPACITY = 64 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private byte[] ring = new byte[0];
  private int from;
  private int held;
  private boolean ended;
  private @Nullable CloisterException failure;

  /** Adds bytes, waiting for room. */
  void put(byte[] source) throws InterruptedException {
    lock.lock();
    try {
      if (ring.length == 0) {
        ring = new byte[CAPACITY];
      }
      int at = 0;
      while (at < source.length && !isOver()) {
        while (held == CAPACITY && !isOver()) {
          changed.await();
        }
        at += fill(source, at);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private int fill(byte[] source, int at) {
    int end = (from + held) % CAPACITY;
    int room = Math.min(CAPACITY - held, CAPACITY - end);
    int count = Math.min(room, source.length - at);
    System.arraycopy(source, at, ring, end, count);
    held += count;
    return count;
  }

  private boolean isOver() {
    return ended || failure != null;
  }

  /** No more bytes will come: what is held can still be read. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean hasEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** The channel broke: readers hear of it at once. */
  void fail(CloisterException why) {
    lock.lock();
    try {
      if (failure == null) {
        failure = why;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    lock.lock();
    try {
      while (held == 0 && !isOver()) {
        changed.await();
      }
      if (failure != null) {
        throw new IOException(failure.getMessage(), failure);
      }
      return held == 0 ? -1 : take(target, offset, length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      lock.unlock();
    }
  }

  private int take(byte[] target, int offset, int length) {
    int count = Math.min(length, Math.min(held, CAPACITY - from));
    System.arraycopy(ring, from, target, offset, count);
    from = (from + count) % CAPACITY;
    held -= count;
    changed.signalAll();
    return count;
  }

  @Override
  public int available() {
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }
}
