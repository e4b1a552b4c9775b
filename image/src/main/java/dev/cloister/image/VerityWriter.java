package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes the dm-verity superblock and hash tree behind the data of a file (cryptsetup's on-disk
 * format 1: {@code struct verity_sb}, then the levels of the tree from the root's level to the
 * leaves; SHA-256 over salt and block, blocks of 4096 bytes on both sides). Leaves are hashed on
 * all processors.
 */
public final class VerityWriter {

  private static final int BLOCK = BlockOutput.BLOCK;
  private static final int FANOUT = VerityTree.FANOUT;

  /** Leaf hash blocks that one thread makes at a time: 4 MiB of data. */
  private static final int CHUNK = 8;

  private final FileChannel channel;
  private final long dataBlocks;
  private final byte[] salt;

  private final VerityTree tree;

  private VerityWriter(FileChannel channel, long dataBlocks, Bytes salt) {
    this.channel = channel;
    this.dataBlocks = dataBlocks;
    this.salt = salt.toArray();
    this.tree = VerityTree.of(dataBlocks);
  }

  /** Appends superblock and tree, without salt, to a file of whole blocks. */
  public static VerityRoot append(Path file) throws IOException {
    return append(file, Bytes.EMPTY);
  }

  /**
   * Appends superblock and tree to a file of whole blocks.
   *
   * @param salt at most 256 bytes; none for images
   */
  public static VerityRoot append(Path file, Bytes salt) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return append(channel, salt);
    }
  }

  static VerityRoot append(FileChannel channel, Bytes salt) throws IOException {
    if (salt.size() > 256) {
      throw new IllegalArgumentException("a salt of " + salt.size() + " bytes");
    }
    long size = channel.size();
    if (size == 0 || size % BLOCK != 0) {
      throw new IllegalArgumentException("not a file of whole blocks: " + size + " bytes");
    }
    return new VerityWriter(channel, size / BLOCK, salt).append();
  }

  private VerityRoot append() throws IOException {
    hashLeaves();
    for (int level = 1; level < tree.levels(); level++) {
      hashLevel(level);
    }
    Bytes root = topHash();
    BlockOutput.writeFully(channel, superblock(root), dataBlocks * BLOCK);
    return VerityRoot.of(root, dataBlocks);
  }

  private void hashLeaves() throws IOException {
    if (tree.levels() == 0) {
      return;
    }
    AtomicLong next = new AtomicLong();
    Workers.run("verity", () -> hashLeafChunks(next));
  }

  private void hashLeafChunks(AtomicLong next) throws IOException {
    long leafBlocks = tree.size(0);
    ByteBuffer data = ByteBuffer.allocateDirect(FANOUT * BLOCK);
    while (!Thread.currentThread().isInterrupted()) {
      long first = next.getAndAdd(CHUNK);
      if (first >= leafBlocks) {
        return;
      }
      for (long i = first; i < Math.min(first + CHUNK, leafBlocks); i++) {
        hashInto(data, 0, dataBlocks, i, tree.start(0));
      }
    }
  }

  private void hashLevel(int level) throws IOException {
    long below = tree.start(level - 1);
    long belowSize = tree.size(level - 1);
    ByteBuffer data = ByteBuffer.allocateDirect(FANOUT * BLOCK);
    for (long i = 0; i < tree.size(level); i++) {
      hashInto(data, below, belowSize, i, tree.start(level));
    }
  }

  /** Hashes up to 128 blocks of the level that begins at {@code from} into one block. */
  private void hashInto(ByteBuffer data, long from, long fromSize, long index, long to)
      throws IOException {
    long firstBlock = index * FANOUT;
    int count = (int) Math.min(FANOUT, fromSize - firstBlock);
    data.clear().limit(count * BLOCK);
    BlockOutput.readFully(channel, data, (from + firstBlock) * BLOCK);
    MessageDigest sha256 = Sha256.digest();
    ByteBuffer hashes = ByteBuffer.allocate(BLOCK);
    for (int i = 0; i < count; i++) {
      sha256.update(salt);
      data.limit((i + 1) * BLOCK).position(i * BLOCK);
      sha256.update(data);
      hashes.put(sha256.digest());
    }
    BlockOutput.writeFully(channel, hashes.rewind().limit(BLOCK), (to + index) * BLOCK);
  }

  private Bytes topHash() throws IOException {
    ByteBuffer top = ByteBuffer.allocate(BLOCK);
    BlockOutput.readFully(channel, top, tree.top() * BLOCK);
    MessageDigest sha256 = Sha256.digest();
    sha256.update(salt);
    sha256.update(top.array());
    return Bytes.of(sha256.digest());
  }

  private ByteBuffer superblock(Bytes root) {
    ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    block.put("verity\0\0".getBytes(StandardCharsets.US_ASCII));
    block.putInt(1).putInt(1);
    // A UUID is asked for; this one is as deterministic as everything else.
    block.put(root.toArray(), 0, 16);
    block.put("sha256".getBytes(StandardCharsets.US_ASCII));
    block.position(64).putInt(BLOCK).putInt(BLOCK).putLong(dataBlocks);
    block.putShort((short) salt.length).position(88).put(salt);
    return block.rewind();
  }
}
