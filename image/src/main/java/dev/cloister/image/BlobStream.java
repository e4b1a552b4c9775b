package dev.cloister.image;

import java.io.IOException;
import java.io.InputStream;

/** The bytes of a blob, whose end comes only where size and digest are right. */
abstract class BlobStream extends InputStream {

  /**
   * Waits for the verdict on the whole blob, wherever the reader is; for a reader that finds the
   * bytes damaged and wants to know whether they are the blob's at all.
   *
   * @throws StaleBytesException where reading once more would give the right bytes
   */
  abstract void settle() throws IOException;

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] bytes, int offset, int length) throws IOException;
}
