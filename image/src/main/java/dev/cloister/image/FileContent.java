package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the bytes of a file come from; read as a stream, never held as a whole. */
public interface FileContent {

  /** Number of bytes that {@link #open()} gives. */
  long size();

  /** The bytes from the beginning; the caller closes the stream. */
  InputStream open() throws IOException;

  /** The given bytes. */
  static FileContent of(Bytes bytes) {
    return new FileContent() {
      @Override
      public long size() {
        return bytes.size();
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(bytes.toArray());
      }
    };
  }

  /** The file as it is now; it must not change until it has been read. */
  static FileContent of(Path file) throws IOException {
    long size = Files.size(file);
    return new FileContent() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public InputStream open() throws IOException {
        return Files.newInputStream(file);
      }
    };
  }
}
