package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * A log that never takes more than a set number of bytes: the file and its older parts {@code .1},
 * {@code .2} … A reader sees one stream with offsets from the very beginning; what has been dropped
 * is skipped. What cannot be written (a full disk) is dropped and counted: a log must not stop a
 * pod. Safe for use by any thread.
 */
final class BoundedLog implements AutoCloseable {

  private final Path file;
  private final long partBytes;
  private final int parts;
  private @Nullable FileChannel channel;

  /** Offset, in the whole stream, of the first byte of the current part. */
  private long begin;

  private long size;
  private boolean ended;

  /**
   * @param partBytes most bytes of one part
   * @param parts how many parts there are at most, the current one included
   */
  BoundedLog(Path file, long partBytes, int parts) {
    this.file = file;
    this.partBytes = partBytes;
    this.parts = parts;
    this.size = sizeOf(file);
    for (int i = 1; i < parts; i++) {
      begin += sizeOf(older(i));
    }
  }

  /** A piece of the stream. */
  record Piece(Bytes data, long nextOffset, boolean ended) {}

  synchronized void write(Bytes data) {
    try {
      ByteBuffer rest = data.toBuffer();
      while (rest.hasRemaining()) {
        if (size >= partBytes) {
          rotate();
        }
        ByteBuffer now =
            rest.slice(rest.position(), (int) Math.min(rest.remaining(), partBytes - size));
        int written = open().write(now);
        rest.position(rest.position() + written);
        size += written;
      }
    } catch (IOException _) {
      // A full disk: these bytes are lost, which the class comment says.
    }
    notifyAll();
  }

  /** The piece at an offset, of 256 KiB at most; empty where nothing is there yet. */
  synchronized Piece read(long offset) throws IOException {
    long at = Math.clamp(offset, oldest(), begin + size);
    if (at >= begin) {
      return piece(file, at - begin, at);
    }
    long partEnd = begin;
    for (int i = 1; i < parts; i++) {
      long partBegin = partEnd - sizeOf(older(i));
      if (at >= partBegin) {
        return piece(older(i), at - partBegin, at);
      }
      partEnd = partBegin;
    }
    return new Piece(Bytes.EMPTY, begin, ended);
  }

  /** As {@link #read}, after waiting for something to be there or for the end. */
  synchronized Piece await(long offset, Duration limit) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (offset >= begin + size && !ended) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    return read(offset);
  }

  /** The last bytes of the stream. */
  synchronized Bytes tail(int most) {
    try {
      return read(Math.max(oldest(), begin + size - most)).data();
    } catch (IOException _) {
      return Bytes.EMPTY;
    }
  }

  /** Says that nothing will follow. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Says that something may follow again. */
  synchronized void resume() {
    ended = false;
  }

  @Override
  public synchronized void close() {
    end();
    closeChannel();
  }

  private Piece piece(Path part, long at, long offset) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(256 << 10);
    try (FileChannel source = FileChannel.open(part, StandardOpenOption.READ)) {
      source.position(at);
      while (buffer.hasRemaining() && source.read(buffer) >= 0) {
        // Until the buffer is full or the part ends.
      }
    } catch (NoSuchFileException _) {
      return new Piece(Bytes.EMPTY, offset, ended);
    }
    int count = buffer.position();
    boolean last = ended && offset + count >= begin + size;
    return new Piece(Bytes.of(buffer.array(), 0, count), offset + count, last);
  }

  private long oldest() {
    long at = begin;
    for (int i = 1; i < parts; i++) {
      at -= sizeOf(older(i));
    }
    return at;
  }

  private void rotate() throws IOException {
    closeChannel();
    for (int i = parts - 2; i >= 1; i--) {
      if (Files.exists(older(i))) {
        Files.move(older(i), older(i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (parts > 1) {
      Files.move(file, older(1), StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.deleteIfExists(file);
    }
    begin += size;
    size = 0;
  }

  private FileChannel open() throws IOException {
    FileChannel current = channel;
    if (current == null) {
      current =
          FileChannel.open(
              file,
              EnumSet.of(
                  StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      channel = current;
    }
    return current;
  }

  private void closeChannel() {
    try (FileChannel current = channel) {
      channel = null;
      assert current == null || current.isOpen();
    } catch (IOException _) {
      // Nothing is buffered in the process: there is nothing to lose.
    }
  }

  private Path older(int age) {
    return file.resolveSibling(file.getFileName() + "." + age);
  }

  private static long sizeOf(Path part) {
    try {
      return Files.size(part);
    } catch (IOException _) {
      return 0;
    }
  }
}
