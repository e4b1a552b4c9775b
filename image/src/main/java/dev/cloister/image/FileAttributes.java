package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything about a file but its kind, its name and its content.
 *
 * @param mode permission bits with set-user-id, set-group-id and sticky bit (0 to 07777)
 * @param uid owner, an unsigned 32-bit number
 * @param gid group, an unsigned 32-bit number
 * @param mtime time of last change in seconds since 1970
 * @param mtimeNanos nanoseconds within that second
 * @param xattrs extended attributes by full name, for example {@code security.capability}
 */
public record FileAttributes(
    int mode, int uid, int gid, long mtime, int mtimeNanos, SortedMap<String, Bytes> xattrs) {

  private static final SortedMap<String, Bytes> NONE =
      Collections.unmodifiableSortedMap(new TreeMap<>());

  public FileAttributes {
    if ((mode & ~07777) != 0) {
      throw new IllegalArgumentException("mode " + Integer.toOctalString(mode));
    }
    if (mtimeNanos < 0 || mtimeNanos > 999_999_999) {
      throw new IllegalArgumentException("nanoseconds " + mtimeNanos);
    }
    xattrs = xattrs.isEmpty() ? NONE : Collections.unmodifiableSortedMap(new TreeMap<>(xattrs));
  }

  /** Owned by root, with the mode and the time, without extended attributes. */
  public static FileAttributes ofRoot(int mode, long mtime) {
    return new FileAttributes(mode, 0, 0, mtime, 0, NONE);
  }

  /** The same with another mode. */
  public FileAttributes withMode(int newMode) {
    return new FileAttributes(newMode, uid, gid, mtime, mtimeNanos, xattrs);
  }

  /** The same with another owner and group. */
  public FileAttributes withOwner(int newUid, int newGid) {
    return new FileAttributes(mode, newUid, newGid, mtime, mtimeNanos, xattrs);
  }

  /** The same with the extended attributes. */
  public FileAttributes withXattrs(SortedMap<String, Bytes> newXattrs) {
    return new FileAttributes(mode, uid, gid, mtime, mtimeNanos, newXattrs);
  }
}
