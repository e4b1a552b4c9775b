package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * Directories that a build made and may use again: each under its name and the digest of everything
 * that went into it. A part appears only when it is whole. Safe for several processes at once.
 */
final class BuildParts {

  private final Path directory;

  BuildParts(Path directory) {
    this.directory = directory;
  }

  /**
   * The directory of a part, made by {@code maker} where it is not there yet.
   *
   * @param name what the part is, for people
   * @param key digest of its inputs
   */
  Path get(String name, Bytes key, Maker maker) {
    return getAt(directory.resolve(name + "-" + key.toHex().substring(0, 32)), maker);
  }

  /** The directory {@code part}, made by {@code maker} where it is not there yet. */
  static Path getAt(Path part, Maker maker) {
    if (Files.isDirectory(part)) {
      return part;
    }
    try {
      Files.createDirectories(part.getParent());
      try (FileChannel channel = lockFile(part);
          FileLock held = channel.lock()) {
        if (!Files.isDirectory(part) && held.isValid()) {
          make(part, maker);
        }
      }
      return part;
    } catch (IOException e) {
      throw new CloisterException(GuestError.STORAGE_FAILED, part.toString(), e.toString(), e);
    }
  }

  private static FileChannel lockFile(Path part) throws IOException {
    return FileChannel.open(
        part.resolveSibling(part.getFileName() + ".lock"),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE);
  }

  private static void make(Path part, Maker maker) throws IOException {
    Path making = part.resolveSibling(part.getFileName() + ".making");
    deleteTree(making);
    Files.createDirectories(making);
    maker.make(making);
    Files.move(making, part, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes a directory with all below it, links not followed; nothing where it is not there. */
  static void deleteTree(Path top) throws IOException {
    if (!Files.exists(top, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(top)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** Fills the directory of a part. */
  @FunctionalInterface
  interface Maker {
    /** Makes the part in the empty directory. */
    void make(Path directory) throws IOException;
  }
}
