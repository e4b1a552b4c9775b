package dev.cloister.simulator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that nobody but their owner may read, each written whole or not at all. */
final class PrivateFiles {

  private static final int MAX_BYTES = 64 * 1024;

  private PrivateFiles() {}

  /** Makes the directory and those above it, with mode 0700. */
  static void makeDirectory(Path directory) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  /** Writes the file with mode 0600, replacing one of the same name. */
  static void write(Path file, Bytes content) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(fresh);
      try (FileChannel out =
          FileChannel.open(
              fresh,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        ByteBuffer rest = content.toBuffer();
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        out.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  static Bytes read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new IOException("larger than " + MAX_BYTES + " bytes");
      }
      return Bytes.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  static CloisterException unusable(Path path, Exception cause) {
    return new CloisterException(
        SimulatorError.STATE_UNUSABLE, path.toString(), String.valueOf(cause.getMessage()), cause);
  }
}
