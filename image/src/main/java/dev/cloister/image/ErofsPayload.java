package dev.cloister.image;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * The data of a node in so far as it belongs to the metadata: all of a directory and of a symbolic
 * link; of a regular file only the size, because its blocks are written before.
 */
final class ErofsPayload {

  private final long size;
  private final int tail;
  private final int blocks;
  private final IntFunction<byte[]> source;

  private ErofsPayload(long size, int tail, int blocks, IntFunction<byte[]> source) {
    this.size = size;
    this.tail = tail;
    this.blocks = blocks;
    this.source = source;
  }

  static ErofsPayload of(FileNode node, FileNode.Directory parent) {
    return switch (node) {
      case FileNode.Directory directory -> ofDirectory(new ErofsDirectory(directory, parent));
      case FileNode.Symlink link -> ofLink(ByteName.toBytes(link.target()));
      case FileNode.Regular file -> ofNoBlocks(file.content().size());
      case FileNode.Fifo _ -> ofNoBlocks(0);
      case FileNode.Device _ -> ofNoBlocks(0);
    };
  }

  private static ErofsPayload ofDirectory(ErofsDirectory directory) {
    return new ErofsPayload(
        directory.size(), directory.lastUsed(), directory.blockCount(), directory::block);
  }

  private static ErofsPayload ofLink(byte[] target) {
    if (target.length == 0 || target.length >= BlockOutput.BLOCK) {
      throw new IllegalArgumentException("a symbolic link of " + target.length + " bytes");
    }
    return new ErofsPayload(
        target.length, target.length, 1, _ -> Arrays.copyOf(target, BlockOutput.BLOCK));
  }

  private static ErofsPayload ofNoBlocks(long size) {
    return new ErofsPayload(size, 0, 0, _ -> new byte[0]);
  }

  /** Bytes of the data. */
  long size() {
    return size;
  }

  /** Bytes in the last block, which would like to stand behind the inode; 0 where there is none. */
  int tail() {
    return tail;
  }

  int blocks() {
    return blocks;
  }

  /** One block of the data, filled with zeros. */
  byte[] block(int index) {
    return source.apply(index);
  }

  /** How many blocks stand apart from the inode. */
  int blocksBeside(ErofsInode inode) {
    return inode.tail() > 0 ? blocks - 1 : blocks;
  }
}
