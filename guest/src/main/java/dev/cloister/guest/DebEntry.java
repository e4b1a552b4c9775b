package dev.cloister.guest;

/**
 * An entry of a package's payload.
 *
 * @param path its path without a leading slash, never with {@code ..}
 * @param kind what it is
 * @param mode permission bits, 0 to 07777
 * @param uid owner
 * @param gid group
 * @param size bytes of a file's content
 * @param target where a link points, empty for others
 */
record DebEntry(String path, Kind kind, int mode, int uid, int gid, long size, String target) {

  enum Kind {
    FILE,
    DIRECTORY,
    SYMLINK,
    HARD_LINK
  }
}
