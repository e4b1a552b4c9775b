package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import org.jspecify.annotations.Nullable;

/** The name spaces of extended attributes that EROFS can hold (EROFS_XATTR_INDEX_*). */
enum ErofsXattr {
  ACL_ACCESS("system.posix_acl_access", 2),
  ACL_DEFAULT("system.posix_acl_default", 3),
  USER("user.", 1),
  TRUSTED("trusted.", 4),
  SECURITY("security.", 6);

  /** Longest value of one attribute (Linux XATTR_SIZE_MAX is 65536; the field has 16 bits). */
  static final int MAX_VALUE = 65535;

  private static final int MAX_SUFFIX = 255;

  private final String prefix;
  private final int index;

  ErofsXattr(String prefix, int index) {
    this.prefix = prefix;
    this.index = index;
  }

  String prefix() {
    return prefix;
  }

  int index() {
    return index;
  }

  /** The name space of the full name. */
  static ErofsXattr of(String name) {
    ErofsXattr found = find(name);
    if (found == null) {
      throw new IllegalArgumentException("no name space for the extended attribute " + name);
    }
    return found;
  }

  /** Whether EROFS can hold this attribute. */
  static boolean holds(String name, Bytes value) {
    ErofsXattr space = find(name);
    return space != null
        && value.size() <= MAX_VALUE
        && Bytes.ofUtf8(name).size() - space.prefix.length() <= MAX_SUFFIX;
  }

  private static @Nullable ErofsXattr find(String name) {
    for (ErofsXattr space : values()) {
      boolean whole = space.index == 2 || space.index == 3;
      if (whole
          ? name.equals(space.prefix)
          : name.startsWith(space.prefix) && name.length() > space.prefix.length()) {
        return space;
      }
    }
    return null;
  }
}
