package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One inode with its extended attributes and, where it fits into the same block, the tail of its
 * data (Linux {@code fs/erofs/erofs_fs.h}: {@code struct erofs_inode_compact}, {@code
 * erofs_inode_extended}, {@code erofs_xattr_ibody_header}, layouts FLAT_PLAIN and FLAT_INLINE).
 */
final class ErofsInode {

  private static final int COMPACT = 32;
  private static final int EXTENDED = 64;
  private static final int XATTR_HEADER = 12;
  private static final int FLAT_INLINE = 2;

  private final FileNode node;
  private final long size;
  private final int linkCount;
  private final boolean compact;
  private final int xattrSize;
  private final int tail;

  /**
   * @param payload the node's data
   * @param buildTime the time that compact inodes have
   */
  ErofsInode(FileNode node, ErofsPayload payload, long buildTime) {
    this.node = node;
    this.size = payload.size();
    this.linkCount = linkCount(node);
    this.compact = fitsCompact(buildTime);
    this.xattrSize = xattrSize();
    this.tail = headSize() + payload.tail() <= BlockOutput.BLOCK ? payload.tail() : 0;
  }

  private static int linkCount(FileNode node) {
    if (node instanceof FileNode.Directory directory) {
      return 2
          + (int)
              directory.entries().values().stream()
                  .filter(child -> child instanceof FileNode.Directory)
                  .count();
    }
    return node.links();
  }

  private boolean fitsCompact(long buildTime) {
    FileAttributes attributes = node.attributes();
    return attributes.mtime() == buildTime
        && attributes.mtimeNanos() == 0
        && (attributes.uid() >>> 16) == 0
        && (attributes.gid() >>> 16) == 0
        && (linkCount >>> 16) == 0
        && (size >>> 32) == 0;
  }

  private int headSize() {
    return (compact ? COMPACT : EXTENDED) + xattrSize;
  }

  /** Bytes of inode, extended attributes and inline tail. */
  int length() {
    return headSize() + tail;
  }

  /** Bytes of data that stand behind the inode. */
  int tail() {
    return tail;
  }

  /** Writes the inode; {@code where} is the first block of its data or its device number. */
  void writeTo(BlockOutput out, int inodeNumber, int where, byte[] tailData)
      throws java.io.IOException {
    ByteBuffer head = ByteBuffer.allocate(headSize()).order(ByteOrder.LITTLE_ENDIAN);
    int format = (compact ? 0 : 1) | ((tail > 0 ? FLAT_INLINE : 0) << 1);
    int xattrCount = xattrSize == 0 ? 0 : (xattrSize - XATTR_HEADER) / 4 + 1;
    FileAttributes attributes = node.attributes();
    head.putShort((short) format).putShort((short) xattrCount);
    head.putShort((short) (type(node) | attributes.mode()));
    if (compact) {
      head.putShort((short) linkCount).putInt((int) size).putInt(0);
      head.putInt(where).putInt(inodeNumber);
      head.putShort((short) attributes.uid()).putShort((short) attributes.gid()).putInt(0);
    } else {
      head.putShort((short) 0).putLong(size).putInt(where).putInt(inodeNumber);
      head.putInt(attributes.uid()).putInt(attributes.gid());
      head.putLong(attributes.mtime()).putInt(attributes.mtimeNanos()).putInt(linkCount);
      head.position(EXTENDED);
    }
    putXattrs(head);
    out.write(head.array(), 0, head.capacity());
    out.write(tailData, 0, tail);
  }

  private static int type(FileNode node) {
    return switch (node) {
      case FileNode.Regular _ -> 0100000;
      case FileNode.Directory _ -> 0040000;
      case FileNode.Symlink _ -> 0120000;
      case FileNode.Fifo _ -> 0010000;
      case FileNode.Device device -> device.isBlock() ? 0060000 : 0020000;
    };
  }

  private int xattrSize() {
    if (node.attributes().xattrs().isEmpty()) {
      return 0;
    }
    int total = XATTR_HEADER;
    for (Map.Entry<String, Bytes> xattr : node.attributes().xattrs().entrySet()) {
      int entry = 4 + suffix(xattr.getKey()).length + xattr.getValue().size();
      total += (entry + 3) & ~3;
    }
    return total;
  }

  private void putXattrs(ByteBuffer head) {
    if (xattrSize == 0) {
      return;
    }
    head.position(head.position() + XATTR_HEADER);
    for (Map.Entry<String, Bytes> xattr : node.attributes().xattrs().entrySet()) {
      byte[] suffix = suffix(xattr.getKey());
      head.put((byte) suffix.length).put((byte) ErofsXattr.of(xattr.getKey()).index());
      head.putShort((short) xattr.getValue().size());
      head.put(suffix).put(xattr.getValue().toArray());
      head.position((head.position() + 3) & ~3);
    }
  }

  private static byte[] suffix(String name) {
    return name.substring(ErofsXattr.of(name).prefix().length()).getBytes(StandardCharsets.UTF_8);
  }
}
