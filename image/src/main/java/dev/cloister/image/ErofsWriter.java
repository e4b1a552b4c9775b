package dev.cloister.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes EROFS without compression (Linux {@code fs/erofs/erofs_fs.h}): the superblock, the
 * contents of the files, the blocks of large directories, then the inodes, the root's first. Equal
 * trees with equal contents in equal order give equal bytes; contents are streamed, one at a time.
 *
 * <p>A file whose attributes have the build time gets a compact inode of 32 bytes, any other an
 * extended one of 64 bytes with its own time. Contents begin at a block of their own; directories
 * and symbolic links that are short stand behind their inodes. One use, one thread.
 */
public final class ErofsWriter {

  private static final int BLOCK = BlockOutput.BLOCK;
  private static final int SLOT = 32;
  private static final int SUPER_OFFSET = 1024;
  static final int MAGIC = 0xE0F5E1E2;

  // States of a node's number before it has one.
  private static final long FRESH = -1;
  private static final long WRITTEN = -2;
  private static final long COLLECTED = -3;

  /** Superblock checksum; build time is a time of change. */
  private static final int FEATURES = 0x1 | 0x2;

  private final BlockOutput out;
  private final FileChannel channel;
  private final ErofsOptions options;

  private final FileTree tree;

  /** Every inode once, in the order of the image, and beside each the directory it was met in. */
  private final List<FileNode> nodes = new ArrayList<>();

  private final List<FileNode.Directory> parents = new ArrayList<>();

  private ErofsWriter(FileTree tree, FileChannel channel, BlockOutput out, ErofsOptions options) {
    this.tree = tree;
    this.channel = channel;
    this.out = out;
    this.options = options;
  }

  /**
   * Writes the tree to a new file or over an old one.
   *
   * @return how many blocks of 4096 bytes the file has
   * @throws IOException where a content can't be read or the file can't be written
   * @throws IllegalArgumentException where the tree has a device and the options allow none
   */
  public static long write(FileTree tree, Path file, ErofsOptions options) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE,
            StandardOpenOption.READ)) {
      return write(tree, channel, BLOCK, options);
    }
  }

  /**
   * Writes what is missing of the image: contents that are not {@link StoredContent} from {@code
   * end} on, then everything else.
   */
  static long write(FileTree tree, FileChannel channel, long end, ErofsOptions options)
      throws IOException {
    BlockOutput out = new BlockOutput(channel, end);
    return new ErofsWriter(tree, channel, out, options).write();
  }

  private long write() throws IOException {
    tree.walk((_, node) -> node.setNumber(FRESH));
    tree.walk(this::writeContent);
    collect(tree.root(), tree.root());
    place(out.position() / BLOCK);
    for (int i = 0; i < nodes.size(); i++) {
      writeBlocks(payload(i), inode(i));
    }
    long inodeArea = out.position() / BLOCK;
    for (int i = 0; i < nodes.size(); i++) {
      writeInode(i, inodeArea);
    }
    out.fillBlock();
    out.flush();
    long blocks = out.position() / BLOCK;
    if (blocks > 0xffff_ffffL) {
      throw new IOException("an image has at most 2^32 blocks of 4096 bytes");
    }
    channel.truncate(out.position());
    BlockOutput.writeFully(channel, superblock(blocks, inodeArea), 0);
    return blocks;
  }

  private void writeContent(String path, FileNode node) throws IOException {
    if (node instanceof FileNode.Device && !options.devices()) {
      throw new IllegalArgumentException("a device where none is allowed: " + path);
    }
    if (!(node instanceof FileNode.Regular file) || file.number() == WRITTEN) {
      return;
    }
    file.setNumber(WRITTEN);
    if (file.content().size() == 0) {
      file.setFirstBlock(0);
      return;
    }
    if (file.content() instanceof StoredContent stored) {
      file.setFirstBlock(stored.firstBlock());
      return;
    }
    file.setFirstBlock(out.position() / BLOCK);
    try (InputStream in = file.content().open()) {
      out.write(in, file.content().size());
      if (in.read() >= 0) {
        throw new IOException("the content goes on after its size");
      }
    }
    out.fillBlock();
  }

  private void collect(FileNode node, FileNode.Directory parent) {
    node.setNumber(COLLECTED);
    nodes.add(node);
    parents.add(parent);
    if (node instanceof FileNode.Directory directory) {
      for (FileNode child : directory.entries().values()) {
        if (child.number() != COLLECTED) {
          collect(child, directory);
        }
      }
    }
  }

  private void place(long firstFreeBlock) {
    long block = firstFreeBlock;
    long slot = 0;
    for (int i = 0; i < nodes.size(); i++) {
      FileNode node = nodes.get(i);
      ErofsInode inode = inode(i);
      int beside = payload(i).blocksBeside(inode);
      if (!(node instanceof FileNode.Regular)) {
        node.setFirstBlock(beside == 0 ? 0 : block);
      }
      block += beside;
      slot = fittingSlot(slot, inode.length());
      node.setNumber(slot);
      slot += (inode.length() + SLOT - 1) / SLOT;
    }
  }

  /** An inode stands within one block, or begins one if it is larger than a block. */
  private static long fittingSlot(long slot, int length) {
    long room = BLOCK - slot * SLOT % BLOCK;
    return length <= room || room == BLOCK ? slot : slot + room / SLOT;
  }

  private void writeBlocks(ErofsPayload payload, ErofsInode inode) throws IOException {
    int beside = payload.blocksBeside(inode);
    for (int i = 0; i < beside; i++) {
      out.write(payload.block(i), 0, BLOCK);
    }
  }

  private void writeInode(int index, long inodeArea) throws IOException {
    FileNode node = nodes.get(index);
    ErofsInode inode = inode(index);
    ErofsPayload payload = payload(index);
    out.zeros((int) (inodeArea * BLOCK + node.number() * SLOT - out.position()));
    byte[] tail = inode.tail() > 0 ? payload.block(payload.blocks() - 1) : new byte[0];
    int where = node instanceof FileNode.Device device ? rdev(device) : (int) node.firstBlock();
    inode.writeTo(out, index + 1, where, tail);
  }

  /** Device numbers as Linux's new_encode_dev. */
  private static int rdev(FileNode.Device device) {
    return (device.minor() & 0xff) | (device.major() << 8) | ((device.minor() & ~0xff) << 12);
  }

  private ErofsPayload payload(int index) {
    return ErofsPayload.of(nodes.get(index), parents.get(index));
  }

  private ErofsInode inode(int index) {
    return new ErofsInode(nodes.get(index), payload(index), options.buildTime());
  }

  /** {@code struct erofs_super_block} with its checksum, as the whole of block 0. */
  private ByteBuffer superblock(long blocks, long inodeArea) {
    ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
    block.position(SUPER_OFFSET);
    block.putInt(MAGIC).putInt(0).putInt(FEATURES);
    block.put((byte) 12).put((byte) 0).putShort((short) tree.root().number());
    block.putLong(nodes.size()).putLong(options.buildTime()).putInt(0);
    block.putInt((int) blocks).putInt((int) inodeArea);
    // The CRC-32C runs over the superblock's block from its beginning, without the final inversion.
    CRC32C crc = new CRC32C();
    crc.update(block.array(), SUPER_OFFSET, BLOCK - SUPER_OFFSET);
    block.putInt(SUPER_OFFSET + 4, ~(int) crc.getValue());
    return block.rewind();
  }
}
