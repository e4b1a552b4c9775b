package dev.cloister.image;

/**
 * One member of a tar archive, after its extension headers were applied.
 *
 * @param type what it is
 * @param name its path as a byte string ({@link ByteName}), as it stands in the archive
 * @param linkName the target of a link, as a byte string; empty for others
 * @param size bytes of content that follow; 0 for everything but files
 * @param attributes mode, owner, time and the extended attributes that an image can hold
 */
record TarEntry(Type type, String name, String linkName, long size, FileAttributes attributes) {

  /** Kinds of members. */
  enum Type {
    FILE,
    HARD_LINK,
    SYMLINK,
    DEVICE,
    DIRECTORY,
    FIFO
  }
}
