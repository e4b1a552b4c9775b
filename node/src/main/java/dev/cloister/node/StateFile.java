package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Files that must survive a crash: written beside, forced to the disk, then moved into place, so
 * that a reader sees the former or the new content and nothing between.
 */
final class StateFile {

  /** A record holds one initdata document (1 MiB, as base64) and file volumes of a pod. */
  static final JsonBudget BUDGET = new JsonBudget(16 << 20, 16, 1 << 16);

  private StateFile() {}

  static void write(Path file, Json.Obj content) {
    write(file, JsonWriter.canonicalBytes(content));
  }

  static void write(Path file, Bytes content) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IllegalArgumentException("a file in a directory");
    }
    Path beside = directory.resolve(file.getFileName() + ".new");
    try {
      try (FileChannel channel =
          FileChannel.open(
              beside,
              EnumSet.of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING,
                  StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer rest = content.toBuffer();
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      force(directory);
    } catch (IOException e) {
      discard(beside);
      throw failure(file, e);
    }
  }

  /** The content, or nothing where there is no such file. */
  static Optional<Json> read(Path file) {
    try {
      long size = Files.size(file);
      if (size > BUDGET.bytes()) {
        throw new CloisterException(
            NodeError.STATE_FAILED, file.toString(), "larger than any record");
      }
      return Optional.of(JsonParser.parse(Bytes.of(Files.readAllBytes(file)), BUDGET));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** Deletes a file or a directory with everything in it; what is not there is fine. */
  static void delete(Path root) {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
                throws IOException {
              Files.deleteIfExists(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw failure(root, e);
    }
  }

  /** The coded form of a failure at a path: a full disk has a code of its own. */
  static CloisterException failure(Path path, IOException e) {
    String message = String.valueOf(e.getMessage());
    boolean full =
        message.toLowerCase(Locale.ROOT).contains("no space left")
            || message.toLowerCase(Locale.ROOT).contains("quota exceeded");
    return new CloisterException(
        full ? NodeError.DISK_FULL : NodeError.STATE_FAILED,
        path.toString(),
        e.getClass().getSimpleName() + ": " + message,
        e);
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException _) {
      // The failure that led here is the one to report; the next write truncates this file.
    }
  }
}
