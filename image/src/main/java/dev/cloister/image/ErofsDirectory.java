package dev.cloister.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The data of one directory (Linux {@code fs/erofs/erofs_fs.h}, {@code struct erofs_dirent}): in
 * each block first the entries of 12 bytes (inode number, offset of the name, type), then their
 * names, all sorted by bytes over the whole directory.
 */
final class ErofsDirectory {

  private static final int ENTRY = 12;

  private record Entry(String name, FileNode node) {}

  private final List<List<Entry>> blocks = new ArrayList<>();
  private int lastUsed;

  ErofsDirectory(FileNode.Directory directory, FileNode.Directory parent) {
    List<Entry> sorted = new ArrayList<>();
    sorted.add(new Entry(".", directory));
    sorted.add(new Entry("..", parent));
    directory.entries().forEach((name, node) -> sorted.add(new Entry(name, node)));
    sorted.sort(java.util.Comparator.comparing(Entry::name));
    sorted.forEach(this::add);
  }

  private void add(Entry entry) {
    int need = ENTRY + entry.name().length();
    if (blocks.isEmpty() || lastUsed + need > BlockOutput.BLOCK) {
      blocks.add(new ArrayList<>());
      lastUsed = 0;
    }
    blocks.getLast().add(entry);
    lastUsed += need;
  }

  /** Bytes of the directory: full blocks and what the last one uses. */
  long size() {
    return (blocks.size() - 1L) * BlockOutput.BLOCK + lastUsed;
  }

  int blockCount() {
    return blocks.size();
  }

  /** Bytes that the last block uses, 1 to 4096. */
  int lastUsed() {
    return lastUsed;
  }

  /** One block, filled with zeros to its end; every node must have its number by now. */
  byte[] block(int index) {
    List<Entry> entries = blocks.get(index);
    ByteBuffer block = ByteBuffer.allocate(BlockOutput.BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    int nameAt = ENTRY * entries.size();
    for (Entry entry : entries) {
      block.putLong(entry.node().number()).putShort((short) nameAt);
      block.put((byte) type(entry.node())).put((byte) 0);
      nameAt += entry.name().length();
    }
    for (Entry entry : entries) {
      block.put(ByteName.toBytes(entry.name()));
    }
    return block.array();
  }

  private static int type(FileNode node) {
    return switch (node) {
      case FileNode.Regular _ -> 1;
      case FileNode.Directory _ -> 2;
      case FileNode.Device device -> device.isBlock() ? 4 : 3;
      case FileNode.Fifo _ -> 5;
      case FileNode.Symlink _ -> 7;
    };
  }
}
