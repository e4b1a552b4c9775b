package dev.cloister.guest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Unpacks packages into a directory that can serve as a root: what the build's tools run in. */
final class PackageTree {

  /** The links by which a merged-usr system finds its programs and libraries. */
  private static final List<String> USR_LINKS = List.of("bin", "lib", "lib64", "sbin");

  private static final List<String> DIRECTORIES = List.of("dev", "etc", "proc", "tmp", "usr/lib64");

  private PackageTree() {}

  /** Unpacks those files of the packages whose path is wanted. */
  static void unpack(List<Path> debs, Path root, Predicate<String> wanted) throws IOException {
    for (String directory : DIRECTORIES) {
      Files.createDirectories(root.resolve(directory));
    }
    for (String link : USR_LINKS) {
      Files.createDirectories(root.resolve("usr").resolve(link));
      Files.createSymbolicLink(root.resolve(link), Path.of("usr", link));
    }
    for (Path deb : debs) {
      DebReader.read(
          deb,
          (entry, content) -> {
            if (wanted.test(entry.path())) {
              put(entry, content, root);
            }
          });
    }
  }

  private static void put(DebEntry entry, InputStream content, Path root) throws IOException {
    Path path = root.resolve(entry.path());
    requireRealParents(root, entry.path());
    if (entry.kind() == DebEntry.Kind.DIRECTORY) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    switch (entry.kind()) {
      case FILE -> {
        Files.copy(content, path, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(path, permissions(entry.mode()));
      }
      case SYMLINK -> {
        Files.deleteIfExists(path);
        Files.createSymbolicLink(path, Path.of(entry.target()));
      }
      case HARD_LINK -> {
        requireRealParents(root, entry.target());
        Files.createLink(path, root.resolve(entry.target()));
      }
      case DIRECTORY -> throw new FileAlreadyExistsException(path.toString());
    }
  }

  /** No entry may be written through a link of another one, except the links of {@code /usr}. */
  private static void requireRealParents(Path root, String path) throws IOException {
    Path at = root;
    for (Path name : Path.of(path)) {
      if (Files.isSymbolicLink(at) && !USR_LINKS.contains(root.relativize(at).toString())) {
        throw new IOException(path + " leads through the link " + root.relativize(at));
      }
      at = at.resolve(name);
    }
  }

  /** The nine permission bits of a mode. */
  static Set<PosixFilePermission> permissions(int mode) {
    PosixFilePermission[] bits = PosixFilePermission.values();
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < bits.length; i++) {
      if ((mode >> (8 - i) & 1) == 1) {
        set.add(bits[i]);
      }
    }
    return set;
  }

  /** The permission bits of a file on disk. */
  static int mode(Path file) throws IOException {
    int mode = 0;
    Set<PosixFilePermission> set = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
    for (PosixFilePermission bit : PosixFilePermission.values()) {
      mode = mode << 1 | (set.contains(bit) ? 1 : 0);
    }
    return mode;
  }
}
