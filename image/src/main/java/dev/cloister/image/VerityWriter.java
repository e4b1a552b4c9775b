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
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes the dm-verity superblock and hash tree behind the data of a file (cryptsetup's on-disk
 * format 1: {@code struct verity_sb}, then the levels of the tree from the root's level to the
 * leaves; SHA-256 over salt and block, blocks of 4096 bytes on both sides). Leaves are hashed on
 * all processors.
 */
public final class VerityWriter {

  private static final int BLOCK = BlockOutput.BLOCK;
  private static final int HASH = 32;
  private static final int FANOUT = BLOCK / HASH;

  /** Leaf hash blocks that one thread makes at a time: 4 MiB of data. */
  private static final int CHUNK = 8;

  private final FileChannel channel;
  private final long dataBlocks;
  private final byte[] salt;

  /** First block of each level in the file; the leaves' level is the first element. */
  private final List<Long> levelStart = new ArrayList<>();

  private VerityWriter(FileChannel channel, long dataBlocks, Bytes salt) {
    this.channel = channel;
    this.dataBlocks = dataBlocks;
    this.salt = salt.toArray();
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
    placeLevels();
    hashLeaves();
    for (int level = 1; level < levelStart.size(); level++) {
      hashLevel(level);
    }
    Bytes root = topHash();
    BlockOutput.writeFully(channel, superblock(root), dataBlocks * BLOCK);
    return VerityRoot.of(root, dataBlocks);
  }

  private void placeLevels() {
    List<Long> sizes = new ArrayList<>();
    for (long below = dataBlocks; below > 1; below = sizes.getLast()) {
      sizes.add((below + FANOUT - 1) / FANOUT);
    }
    long at = dataBlocks + 1;
    for (long size : sizes.reversed()) {
      levelStart.addFirst(at);
      at += size;
    }
  }

  private void hashLeaves() throws IOException {
    if (levelStart.isEmpty()) {
      return;
    }
    AtomicLong next = new AtomicLong();
    Workers.run("verity", () -> hashLeafChunks(next));
  }

  private void hashLeafChunks(AtomicLong next) throws IOException {
    long leafBlocks = (dataBlocks + FANOUT - 1) / FANOUT;
    ByteBuffer data = ByteBuffer.allocateDirect(FANOUT * BLOCK);
    while (!Thread.currentThread().isInterrupted()) {
      long first = next.getAndAdd(CHUNK);
      if (first >= leafBlocks) {
        return;
      }
      for (long i = first; i < Math.min(first + CHUNK, leafBlocks); i++) {
        hashInto(data, 0, dataBlocks, i, levelStart.getFirst());
      }
    }
  }

  private void hashLevel(int level) throws IOException {
    long below = levelStart.get(level - 1);
    long belowSize = levelEnd(level - 1) - below;
    long size = (belowSize + FANOUT - 1) / FANOUT;
    ByteBuffer data = ByteBuffer.allocateDirect(FANOUT * BLOCK);
    for (long i = 0; i < size; i++) {
      hashInto(data, below, belowSize, i, levelStart.get(level));
    }
  }

  /** Blocks between a level's start and the next lower level's, which stands behind it. */
  private long levelEnd(int level) {
    long below = dataBlocks;
    for (int i = 0; i <= level; i++) {
      below = (below + FANOUT - 1) / FANOUT;
    }
    return levelStart.get(level) + below;
  }

  /** Hashes up to 128 blocks of the level that begins at {@code from} into one block. */
  private void hashInto(ByteBuffer data, long from, long fromSize, long index, long to)
      throws IOException {
    long firstBlock = index * FANOUT;
    int count = (int) Math.min(FANOUT, fromSize - firstBlock);
    data.clear().limit(count * BLOCK);
    BlockOutput.readFully(channel, data, (from + firstBlock) * BLOCK);
    MessageDigest sha256 = sha256();
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
    long block = levelStart.isEmpty() ? 0 : levelStart.getLast();
    BlockOutput.readFully(channel, top, block * BLOCK);
    MessageDigest sha256 = sha256();
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

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
