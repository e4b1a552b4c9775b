package dev.cloister.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes a file from front to back in large pieces and counts blocks. Not thread-safe. */
final class BlockOutput {

  /** Bytes of a block, of EROFS and of dm-verity alike. */
  static final int BLOCK = 4096;

  private static final int BUFFER = 64 * BLOCK;

  private final FileChannel channel;
  private final byte[] buffer = new byte[BUFFER];
  private int filled;
  private long written;

  /** Writes from {@code position} on, which is a multiple of the block size. */
  BlockOutput(FileChannel channel, long position) {
    this.channel = channel;
    this.written = position;
  }

  /** Where the next byte goes, from the beginning of the file. */
  long position() {
    return written + filled;
  }

  void write(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    int left = length;
    while (left > 0) {
      int piece = Math.min(left, BUFFER - filled);
      System.arraycopy(bytes, from, buffer, filled, piece);
      from += piece;
      left -= piece;
      advance(piece);
    }
  }

  /** Copies exactly {@code size} bytes; a shorter stream is an {@link IOException}. */
  void write(InputStream in, long size) throws IOException {
    long left = size;
    while (left > 0) {
      int wanted = (int) Math.min(left, BUFFER - filled);
      int got = in.read(buffer, filled, wanted);
      if (got < 0) {
        throw new IOException("the content ended " + left + " bytes before its size");
      }
      left -= got;
      advance(got);
    }
  }

  void zeros(int count) throws IOException {
    int left = count;
    while (left > 0) {
      int piece = Math.min(left, BUFFER - filled);
      java.util.Arrays.fill(buffer, filled, filled + piece, (byte) 0);
      left -= piece;
      advance(piece);
    }
  }

  /** Fills the block that was begun with zeros. */
  void fillBlock() throws IOException {
    int rest = (int) (position() % BLOCK);
    if (rest != 0) {
      zeros(BLOCK - rest);
    }
  }

  void flush() throws IOException {
    writeFully(channel, ByteBuffer.wrap(buffer, 0, filled), written);
    written += filled;
    filled = 0;
  }

  private void advance(int count) throws IOException {
    filled += count;
    if (filled == BUFFER) {
      flush();
    }
  }

  /** Writes all of the buffer at the position of the file. */
  static void writeFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /** Fills the buffer from the position of the file; a shorter file is an {@link IOException}. */
  static void readFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      int got = channel.read(bytes, at);
      if (got < 0) {
        throw new IOException("the file ended before byte " + (at + bytes.remaining()));
      }
      at += got;
    }
  }
}
