package dev.cloister.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A content that already stands in the image that is being written, from the beginning of a block.
 * Readable as long as the image's channel is open.
 */
final class StoredContent implements FileContent {

  private final FileChannel channel;
  private final long size;
  private long firstBlock;

  StoredContent(FileChannel channel, long firstBlock, long size) {
    this.channel = channel;
    this.firstBlock = firstBlock;
    this.size = size;
  }

  @Override
  public long size() {
    return size;
  }

  long firstBlock() {
    return firstBlock;
  }

  /** How many blocks it takes. */
  long blocks() {
    return (size + BlockOutput.BLOCK - 1) / BlockOutput.BLOCK;
  }

  /** Says that the content has been moved. */
  void moveTo(long block) {
    this.firstBlock = block;
  }

  @Override
  public InputStream open() {
    return new InputStream() {
      private long at;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int wanted = (int) Math.min(length, size - at);
        if (wanted == 0) {
          return length == 0 ? 0 : -1;
        }
        long from = firstBlock * BlockOutput.BLOCK + at;
        BlockOutput.readFully(channel, ByteBuffer.wrap(bytes, offset, wanted), from);
        at += wanted;
        return wanted;
      }
    };
  }
}
