package dev.cloister.image;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** Checks verity disks without salt. */
final class VerityReader {

  private static final int BLOCK = BlockOutput.BLOCK;
  private static final int HASH = 32;

  private VerityReader() {}

  /** Checks length and topmost block of the tree. */
  static void glance(Path disk, VerityRoot verity) throws IOException {
    VerityTree tree = VerityTree.of(verity.dataBlocks());
    try (FileChannel channel = FileChannel.open(disk, StandardOpenOption.READ)) {
      if (channel.size() != tree.end() * BLOCK) {
        throw damaged(disk, "has " + channel.size() + " bytes, not " + tree.end() * BLOCK);
      }
      byte[] top = block(channel, tree.top(), Sha256.digest());
      if (!Arrays.equals(top, verity.root().toArray())) {
        throw damaged(disk, "has another root hash");
      }
    }
  }

  /** Checks every block, on all processors. */
  static void verify(Path disk, VerityRoot verity) throws IOException {
    glance(disk, verity);
    VerityTree tree = VerityTree.of(verity.dataBlocks());
    try (FileChannel channel = FileChannel.open(disk, StandardOpenOption.READ)) {
      for (int level = tree.levels() - 1; level >= 0; level--) {
        long below = level == 0 ? 0 : tree.start(level - 1);
        long count = level == 0 ? verity.dataBlocks() : tree.size(level - 1);
        long hashes = tree.start(level) * BLOCK;
        AtomicLong next = new AtomicLong();
        Workers.run("verify", () -> compare(channel, disk, hashes, below, count, next));
      }
    }
  }

  private static void compare(
      FileChannel channel, Path disk, long hashes, long below, long count, AtomicLong next)
      throws IOException {
    MessageDigest sha256 = Sha256.digest();
    ByteBuffer expected = ByteBuffer.allocate(VerityTree.FANOUT * HASH);
    for (long first = next.getAndAdd(VerityTree.FANOUT);
        first < count;
        first = next.getAndAdd(VerityTree.FANOUT)) {
      int blocks = (int) Math.min(VerityTree.FANOUT, count - first);
      expected.clear().limit(blocks * HASH);
      BlockOutput.readFully(channel, expected, hashes + first * HASH);
      for (int i = 0; i < blocks; i++) {
        byte[] found = block(channel, below + first + i, sha256);
        if (!Arrays.equals(found, 0, HASH, expected.array(), i * HASH, (i + 1) * HASH)) {
          throw damaged(disk, "block " + (below + first + i) + " has another hash");
        }
      }
    }
  }

  private static byte[] block(FileChannel channel, long block, MessageDigest sha256)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
    BlockOutput.readFully(channel, bytes, block * BLOCK);
    return sha256.digest(bytes.array());
  }

  private static CloisterException damaged(Path disk, String detail) {
    return new CloisterException(ImageError.BAD_DISK, disk.toString(), detail);
  }
}
