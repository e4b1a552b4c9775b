package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;

/**
 * One package as a lock file pins it.
 *
 * @param name the package's name
 * @param version its version
 * @param root the archive root that its path is below
 * @param path the path in the pool, for example {@code pool/main/c/crun/crun_1.21-1_amd64.deb}
 * @param size the size of the {@code .deb} in bytes, at most 1 GiB
 * @param sha256 the digest of the {@code .deb}, 32 bytes
 */
public record LockedPackage(
    String name, String version, ArchiveSuite.Root root, String path, long size, Bytes sha256) {

  /** No package that an image needs is larger. */
  static final long MAX_SIZE = 1L << 30;

  public LockedPackage {
    requirePattern(name, "[a-z0-9][a-z0-9+.-]{0,199}", "name");
    requirePattern(version, "[A-Za-z0-9.+~:-]{1,200}", "version");
    requirePattern(path, "pool/[A-Za-z0-9.+~:_%/-]{1,400}\\.deb", "path");
    if (path.contains("..") || size < 1 || size > MAX_SIZE || sha256.size() != 32) {
      throw new IllegalArgumentException("path, size or digest out of range");
    }
  }

  static LockedPackage parse(Json json, String where) {
    JsonFields fields = JsonFields.of(json, where);
    String name = fields.string("name");
    String version = fields.string("version");
    ArchiveSuite.Root root =
        fields.oneOf("root", ArchiveSuite.Root.class, ArchiveSuite.Root::rootName);
    String path = fields.string("path");
    long size = fields.integer("size", 1, MAX_SIZE);
    Bytes sha256 = fields.hex("sha256", 32);
    fields.end();
    try {
      return new LockedPackage(name, version, root, path, size, sha256);
    } catch (IllegalArgumentException e) {
      throw JsonFields.wrongType(where, "a locked package: " + e.getMessage());
    }
  }

  Json toJson() {
    return Json.object()
        .put("name", name)
        .put("version", version)
        .put("root", root.rootName())
        .put("path", path)
        .put("size", size)
        .put("sha256", sha256.toHex())
        .build();
  }

  private static void requirePattern(String text, String pattern, String what) {
    if (!text.matches(pattern)) {
      throw new IllegalArgumentException(what + " has another form than it must have");
    }
  }
}
