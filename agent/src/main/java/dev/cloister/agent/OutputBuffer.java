package dev.cloister.agent;

import java.util.Arrays;

/**
 * What a process printed and nobody has taken yet. One thread writes, one reads. When it is full it
 * either drops what is oldest, so that a container never waits for the host, or makes the writer
 * wait, so that nothing of a listed command's output is lost.
 */
final class OutputBuffer {

  private static final long LOOK_MILLIS = 1000;

  private final int capacity;
  private final boolean dropsOldest;
  private byte[] bytes = new byte[4096];
  private int size;
  private boolean ended;
  private boolean abandoned;

  OutputBuffer(int capacity, boolean dropsOldest) {
    this.capacity = capacity;
    this.dropsOldest = dropsOldest;
  }

  /** Adds bytes. */
  synchronized void add(byte[] source, int length) throws InterruptedException {
    while (!dropsOldest && !abandoned && size + length > capacity) {
      wait();
    }
    if (abandoned) {
      return;
    }
    int kept = Math.min(length, capacity);
    int over = Math.max(0, size + kept - capacity);
    if (over > 0) {
      drop(over);
    }
    if (size + kept > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.min(capacity, Math.max(2 * bytes.length, size + kept)));
    }
    System.arraycopy(source, length - kept, bytes, size, kept);
    size += kept;
    notifyAll();
  }

  private void drop(int count) {
    System.arraycopy(bytes, count, bytes, 0, size - count);
    size -= count;
  }

  /** Nothing more will come. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Nobody will read any more. */
  synchronized void abandon() {
    abandoned = true;
    ended = true;
    notifyAll();
  }

  /** Who takes. */
  interface Taker {
    /** Whether what is taken would reach nobody any more. */
    boolean isGone();
  }

  /**
   * Takes up to {@code target.length} bytes, waiting for some; -1 at the end, or where the taker
   * has gone: then the bytes are left for the next one.
   */
  synchronized int take(byte[] target, Taker taker) throws InterruptedException {
    while (size == 0 && !ended && !taker.isGone()) {
      wait(LOOK_MILLIS);
    }
    if (size == 0 || taker.isGone()) {
      return -1;
    }
    int count = Math.min(size, target.length);
    System.arraycopy(bytes, 0, target, 0, count);
    drop(count);
    notifyAll();
    return count;
  }
}
