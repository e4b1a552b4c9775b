package dev.cloister.image;

import dev.cloister.encoding.CloisterException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * A body from the network that must keep coming: where less than 4 KiB arrive in the time given, it
 * is cut off. Failures are {@link ImageError#REGISTRY_STALLED} or {@link
 * ImageError#REGISTRY_UNREACHABLE}. One thread reads; a virtual thread watches.
 */
final class StallGuard extends FilterInputStream {

  private static final long LEAST = 4096;

  private final String where;
  private final Duration patience;
  private final Thread watch;
  private volatile long count;
  private volatile boolean reading;
  private volatile boolean stalled;
  private volatile boolean ended;

  StallGuard(InputStream body, Duration patience, String where) {
    super(body);
    this.where = where;
    this.patience = patience;
    this.watch = Thread.ofVirtual().name("image-stall-guard").start(this::watch);
  }

  private void watch() {
    try {
      while (!ended) {
        long before = count;
        boolean wasReading = reading;
        Thread.sleep(patience);
        if (wasReading && reading && !ended && count - before < LEAST) {
          stalled = true;
          in.close();
          return;
        }
      }
    } catch (InterruptedException | IOException e) {
      // The body is at its end.
      ended = true;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  // Only the reading thread writes the count.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  @Override
  public int read(byte[] bytes, int offset, int length) {
    reading = true;
    try {
      int got = super.read(bytes, offset, length);
      if (stalled) {
        throw stalled(null);
      }
      count += Math.max(0, got);
      return got;
    } catch (IOException e) {
      if (stalled) {
        throw stalled(e);
      }
      throw new CloisterException(
          ImageError.REGISTRY_UNREACHABLE, where, "the connection broke: " + e.getMessage(), e);
    } finally {
      reading = false;
    }
  }

  private CloisterException stalled(@org.jspecify.annotations.Nullable Throwable cause) {
    return new CloisterException(
        ImageError.REGISTRY_STALLED,
        where,
        "less than " + LEAST + " bytes came in " + patience.toMillis() + " ms",
        cause);
  }

  @Override
  public void close() throws IOException {
    ended = true;
    watch.interrupt();
    super.close();
  }
}
