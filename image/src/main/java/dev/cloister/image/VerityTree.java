package dev.cloister.image;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the levels of a hash tree lie: behind the superblock the root's level, then the next, the
 * leaves last. Level 0 is the leaves' here.
 */
final class VerityTree {

  /** Hashes of 32 bytes in a block. */
  static final int FANOUT = BlockOutput.BLOCK / 32;

  private final List<Long> starts = new ArrayList<>();
  private final List<Long> sizes = new ArrayList<>();
  private final long end;

  private VerityTree(long dataBlocks) {
    for (long below = dataBlocks; below > 1; below = sizes.getLast()) {
      sizes.add((below + FANOUT - 1) / FANOUT);
    }
    long at = dataBlocks + 1;
    for (long size : sizes.reversed()) {
      starts.addFirst(at);
      at += size;
    }
    this.end = at;
  }

  static VerityTree of(long dataBlocks) {
    return new VerityTree(dataBlocks);
  }

  /** Number of levels; none where there is only one block of data. */
  int levels() {
    return starts.size();
  }

  /** First block of a level in the file. */
  long start(int level) {
    return starts.get(level);
  }

  /** Blocks of a level. */
  long size(int level) {
    return sizes.get(level);
  }

  /** The block whose hash is the root hash. */
  long top() {
    return starts.isEmpty() ? 0 : starts.getLast();
  }

  /** Blocks of the whole file. */
  long end() {
    return end;
  }
}
