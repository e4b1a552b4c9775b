package dev.cloister.image;

import dev.cloister.encoding.Bytes;

/**
 * What decides every byte of a verity disk.
 *
 * @param root root hash, 32 bytes of SHA-256
 * @param dataBlocks blocks of 4096 bytes that hold data, from the beginning of the disk
 * @param hashStart block where the hash tree begins
 */
public record VerityRoot(Bytes root, long dataBlocks, long hashStart) {

  public VerityRoot {
    if (root.size() != 32) {
      throw new IllegalArgumentException("a root hash of " + root.size() + " bytes");
    }
    if (dataBlocks < 1 || hashStart <= dataBlocks) {
      throw new IllegalArgumentException("blocks " + dataBlocks + ", tree from " + hashStart);
    }
  }

  /** A disk whose superblock stands right behind the data and the tree right behind that. */
  public static VerityRoot of(Bytes root, long dataBlocks) {
    return new VerityRoot(root, dataBlocks, dataBlocks + 1);
  }
}
