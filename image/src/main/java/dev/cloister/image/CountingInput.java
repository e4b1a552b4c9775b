package dev.cloister.image;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Counts the bytes that are read; one thread reads, any may ask. Closing it leaves the stream below
 * open, which is another's.
 */
final class CountingInput extends FilterInputStream {

  private volatile long count;

  CountingInput(InputStream in) {
    super(in);
  }

  long count() {
    return count;
  }

  @Override
  public int read() throws IOException {
    int one = super.read();
    advance(one < 0 ? 0 : 1);
    return one;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int got = super.read(bytes, offset, length);
    advance(Math.max(0, got));
    return got;
  }

  @Override
  public void close() {
    // Not ours to close.
  }

  // Only the reading thread writes the count, so the sum is not lost.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void advance(int more) {
    count += more;
  }
}
