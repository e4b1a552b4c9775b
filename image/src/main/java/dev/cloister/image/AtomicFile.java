package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Small files that appear whole or not at all. */
final class AtomicFile {

  private AtomicFile() {}

  static void write(Path file, Bytes bytes) throws IOException {
    Path parent = java.util.Objects.requireNonNull(file.getParent(), "a file in a directory");
    Path temporary = Files.createTempFile(parent, ".new-", "");
    try {
      Files.write(temporary, bytes.toArray());
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
