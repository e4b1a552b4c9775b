package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Reads the images that {@link ErofsWriter} writes; anything else is refused. Thread-safe. */
final class ErofsReader implements Closeable {

  private static final int BLOCK = BlockOutput.BLOCK;
  private static final int SLOT = 32;
  private static final int SUPER_OFFSET = 1024;

  /** Largest directory or file that is read into memory. */
  private static final long MAX_SIZE = 64L << 20;

  /**
   * One inode.
   *
   * @param mode kind and permissions
   * @param size bytes of its data
   * @param firstBlock where its full blocks begin
   * @param tailAt where in the image its tail stands; 0 where it has none apart from its blocks
   */
  record Inode(int mode, long size, long firstBlock, long tailAt) {
    boolean isDirectory() {
      return (mode & 0170000) == 0040000;
    }

    boolean isFile() {
      return (mode & 0170000) == 0100000;
    }

    boolean isSymlink() {
      return (mode & 0170000) == 0120000;
    }
  }

  private final FileChannel channel;
  private final String where;
  private long inodeArea;
  private long rootNumber;

  private ErofsReader(FileChannel channel, String where) {
    this.channel = channel;
    this.where = where;
  }

  static ErofsReader open(Path disk) {
    try {
      ErofsReader reader =
          new ErofsReader(FileChannel.open(disk, StandardOpenOption.READ), disk.toString());
      reader.readSuperblock();
      return reader;
    } catch (IOException e) {
      throw new CloisterException(
          ImageError.STORAGE, disk.toString(), "can't be opened: " + e.getMessage(), e);
    }
  }

  private void readSuperblock() {
    ByteBuffer block = at(SUPER_OFFSET, 128);
    if (block.getInt(0) != ErofsWriter.MAGIC || block.get(12) != 12) {
      throw damaged("no EROFS with blocks of 4096 bytes");
    }
    rootNumber = block.getShort(14) & 0xffff;
    inodeArea = (block.getInt(40) & 0xffff_ffffL) * BLOCK;
  }

  Inode root() {
    return inode(rootNumber);
  }

  /** The directory's entry of that byte name. */
  Optional<Inode> lookup(Inode directory, String byteName) {
    ByteBuffer data = ByteBuffer.wrap(read(directory).toArray()).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < data.capacity(); from += BLOCK) {
      int length = Math.min(BLOCK, data.capacity() - from);
      Optional<Inode> found = lookup(data.slice(from, length).order(data.order()), byteName);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Inode> lookup(ByteBuffer block, String byteName) {
    int count = (block.capacity() < 12 ? 0 : block.getShort(8) & 0xffff) / 12;
    if (count * 12 > block.capacity()) {
      throw damaged("a directory block with too many entries");
    }
    for (int i = 0; i < count; i++) {
      int from = block.getShort(12 * i + 8) & 0xffff;
      int to = i + 1 < count ? block.getShort(12 * i + 20) & 0xffff : block.capacity();
      if (from > to || to > block.capacity()) {
        throw damaged("a directory entry outside its block");
      }
      if (name(block, from, to).equals(byteName)) {
        return Optional.of(inode(block.getLong(12 * i)));
      }
    }
    return Optional.empty();
  }

  private static String name(ByteBuffer block, int from, int to) {
    byte[] bytes = new byte[to - from];
    block.get(from, bytes);
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return ByteName.ofBytes(bytes, 0, end);
  }

  private Inode inode(long number) {
    if (number < 0 || number > Long.MAX_VALUE / BLOCK) {
      throw damaged("an inode number out of range");
    }
    long at = inodeArea + number * SLOT;
    ByteBuffer head = at(at, SLOT);
    int format = head.getShort(0) & 0xffff;
    boolean extended = (format & 1) != 0;
    int layout = format >> 1 & 7;
    if (layout != 0 && layout != 2) {
      throw damaged("an inode of an unknown layout");
    }
    long size = extended ? head.getLong(8) : head.getInt(8) & 0xffff_ffffL;
    int xattrs = head.getShort(2) & 0xffff;
    long tail = at + (extended ? 64 : 32) + (xattrs == 0 ? 0 : 12 + 4L * (xattrs - 1));
    return new Inode(
        head.getShort(4) & 0xffff, size, head.getInt(16) & 0xffff_ffffL, layout == 2 ? tail : 0);
  }

  /** All data of the inode. */
  Bytes read(Inode inode) {
    if (inode.size() < 0 || inode.size() > MAX_SIZE) {
      throw damaged("a directory or link that is too large");
    }
    int size = (int) inode.size();
    int inTail = inode.tailAt() == 0 ? 0 : (size - 1) % BLOCK + 1;
    byte[] data = new byte[size];
    at(inode.firstBlock() * BLOCK, size - inTail).get(data, 0, size - inTail);
    at(inode.tailAt(), inTail).get(data, size - inTail, inTail);
    return Bytes.of(data);
  }

  private ByteBuffer at(long position, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    try {
      BlockOutput.readFully(channel, bytes, position);
    } catch (IOException e) {
      throw new CloisterException(
          ImageError.BAD_DISK, where, "can't be read: " + e.getMessage(), e);
    }
    return bytes.rewind();
  }

  private CloisterException damaged(String detail) {
    return new CloisterException(ImageError.BAD_DISK, where, detail);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
