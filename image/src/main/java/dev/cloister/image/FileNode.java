package dev.cloister.image;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One inode of a {@link FileTree}: several names may lead to the same node (hard links). Nodes
 * belong to one tree and change only through it; not thread-safe.
 */
public abstract sealed class FileNode {

  private FileAttributes attributes;
  private int links;
  private int layer;
  private long number = -1;
  private long firstBlock;

  private FileNode(FileAttributes attributes) {
    this.attributes = attributes;
  }

  /** Mode, owner, time and extended attributes. */
  public final FileAttributes attributes() {
    return attributes;
  }

  /** How many names of the tree lead here; one for a directory, 0 where it was taken away. */
  public final int links() {
    return links;
  }

  final void setAttributes(FileAttributes changed) {
    this.attributes = changed;
  }

  final void addLink(int change) {
    this.links += change;
  }

  /** The number of the layer that made this node, or described this directory. */
  final int layer() {
    return layer;
  }

  final void setLayer(int number) {
    this.layer = number;
  }

  /** The place that {@link ErofsWriter} gave to this node's inode; -1 before. */
  final long number() {
    return number;
  }

  final void setNumber(long assigned) {
    this.number = assigned;
  }

  /** The block of the image where {@link ErofsWriter} put this node's data. */
  final long firstBlock() {
    return firstBlock;
  }

  final void setFirstBlock(long block) {
    this.firstBlock = block;
  }

  /** A directory. */
  public static final class Directory extends FileNode {
    private final NavigableMap<String, FileNode> entries = new TreeMap<>();

    Directory(FileAttributes attributes) {
      super(attributes);
    }

    /** The entries by byte name (see {@link ByteName}), in the order of the bytes. */
    public NavigableMap<String, FileNode> entries() {
      return Collections.unmodifiableNavigableMap(entries);
    }

    /** The entry of that byte name, or null. */
    public @Nullable FileNode entry(String byteName) {
      return entries.get(byteName);
    }

    NavigableMap<String, FileNode> modifiableEntries() {
      return entries;
    }
  }

  /** A regular file. */
  public static final class Regular extends FileNode {
    private FileContent content;

    Regular(FileAttributes attributes, FileContent content) {
      super(attributes);
      this.content = content;
    }

    /** Its bytes. */
    public FileContent content() {
      return content;
    }

    void setContent(FileContent changed) {
      this.content = changed;
    }
  }

  /** A symbolic link; its mode is 0777, as Linux knows no other. */
  public static final class Symlink extends FileNode {
    private final String target;

    Symlink(FileAttributes attributes, String target) {
      super(attributes.withMode(0777));
      this.target = target;
    }

    /** Where it points, as a byte string (see {@link ByteName}). */
    public String target() {
      return target;
    }
  }

  /** A named pipe. */
  public static final class Fifo extends FileNode {
    Fifo(FileAttributes attributes) {
      super(attributes);
    }
  }

  /** A device node. */
  public static final class Device extends FileNode {
    private final boolean block;
    private final int major;
    private final int minor;

    Device(FileAttributes attributes, boolean block, int major, int minor) {
      super(attributes);
      this.block = block;
      this.major = major;
      this.minor = minor;
    }

    /** Whether it is a block device; otherwise it is a character device. */
    public boolean isBlock() {
      return block;
    }

    /** Its major number (0 to 4095). */
    public int major() {
      return major;
    }

    /** Its minor number (0 to 1048575). */
    public int minor() {
      return minor;
    }
  }
}
