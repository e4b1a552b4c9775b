package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What Coordinators keep on this node: values by deployment and key, each with a version that grows
 * by one. Durable, and not trusted by anybody: whoever owns the machine can show an older one.
 *
 * <p>A value is a file of its version (8 bytes, big-endian) and its bytes, written beside and moved
 * into place. Safe for use by any thread.
 */
final class StoreFiles {

  /** The most bytes of a value: 32 MiB. */
  static final long MAX_VALUE = 32L << 20;

  static final int MAX_KEY = 128;
  static final int MAX_KEYS = 1024;
  private static final long MAX_BYTES = 1L << 30;
  private static final int HEADER = 8;
  private static final int PIECE = 64 << 10;

  private final Path root;
  private final AtomicLong temporary = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * @param root made when something is stored
   */
  StoreFiles(Path root) {
    this.root = root;
  }

  /**
   * A value.
   *
   * @param version from 1
   * @param length its bytes
   * @param content from its first byte on; the caller closes it
   */
  record Value(long version, long length, InputStream content) {}

  /**
   * What came of a write.
   *
   * @param made whether the value was stored
   * @param version the one that is there now; 0 where there is none
   */
  record Outcome(boolean made, long version) {}

  /** The value of a key. */
  Optional<Value> read(String pin, String key) {
    Path file = file(pin, key);
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        long version = version(channel);
        InputStream content = Channels.newInputStream(channel);
        return Optional.of(new Value(version, channel.size() - HEADER, content));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw StateFile.failure(file, e);
    }
  }

  private static long version(FileChannel channel) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    while (header.hasRemaining()) {
      if (channel.read(header) < 0) {
        throw new EOFException("a value without a version");
      }
    }
    return header.flip().getLong();
  }

  /**
   * Stores a value where its key has the expected version.
   *
   * @param expected the version that is to be there; 0 for none
   * @param content read to its end, whatever comes of it
   * @throws IOException where the content cannot be read
   */
  Outcome compareAndSwap(String pin, String key, long expected, InputStream content)
      throws IOException {
    Path directory = NodeDirectories.makePrivate(root.resolve(pin));
    Path beside = directory.resolve("~" + temporary.incrementAndGet());
    try {
      receive(beside, expected + 1, content);
      lock.lock();
      try {
        long found = found(pin, key);
        if (found != expected) {
          return new Outcome(false, found);
        }
        requireRoom(pin, directory, key, Files.size(beside));
        move(beside, file(pin, key));
        return new Outcome(true, expected + 1);
      } finally {
        lock.unlock();
      }
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private long found(String pin, String key) throws IOException {
    Optional<Value> value = read(pin, key);
    if (value.isPresent()) {
      value.get().content().close();
    }
    return value.map(Value::version).orElse(0L);
  }

  private static void receive(Path file, long version, InputStream content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      store(file, channel, ByteBuffer.allocate(HEADER).putLong(version).flip());
      byte[] piece = new byte[PIECE];
      int got = content.read(piece);
      while (got >= 0) {
        store(file, channel, ByteBuffer.wrap(piece, 0, got));
        got = content.read(piece);
      }
      channel.force(true);
    }
  }

  /** A failure to write is the node's and has its code; one to read is the peer's. */
  private static void store(Path file, FileChannel channel, ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw StateFile.failure(file, e);
    }
  }

  /** What is left beside by a daemon that was killed counts too, until the next start. */
  private static void requireRoom(String pin, Path directory, String key, long size)
      throws IOException {
    long bytes = size;
    int keys = 1;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
      for (Path file : all) {
        String name = file.getFileName().toString();
        if (!name.startsWith("~") && !name.equals(name(key))) {
          keys++;
          bytes += Files.size(file);
        }
      }
    }
    if (keys > MAX_KEYS || bytes > MAX_BYTES) {
      throw new CloisterException(
          NodeError.STORE_FULL, pin + "/" + key, keys + " keys with " + bytes + " bytes");
    }
  }

  private static void move(Path beside, Path file) {
    try {
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel directory =
          FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
        directory.force(true);
      }
    } catch (IOException e) {
      throw StateFile.failure(file, e);
    }
  }

  /** Removes what a killed daemon left beside. */
  void clean() {
    if (!Files.isDirectory(root)) {
      return;
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(root)) {
      for (Path directory : left) {
        try (DirectoryStream<Path> beside = Files.newDirectoryStream(directory, "~*")) {
          for (Path file : beside) {
            Files.deleteIfExists(file);
          }
        }
      }
    } catch (IOException e) {
      throw StateFile.failure(root, e);
    }
  }

  /**
   * Whether a text is a key: parts of a-z, 0-9, '.' and '-', joined by '/', none of them a dot or
   * two, 128 characters in all.
   */
  static boolean isKey(String text) {
    if (text.isEmpty() || text.length() > MAX_KEY) {
      return false;
    }
    for (String part : text.split("/", -1)) {
      if (!part.matches("[a-z0-9.-]+") || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }

  /** No key has '_', so each has a name of its own, and all lie in one directory. */
  private static String name(String key) {
    return key.replace('/', '_');
  }

  private Path file(String pin, String key) {
    if (!pin.matches("[0-9a-f]{64}") || !isKey(key)) {
      throw new IllegalArgumentException("no pin or no key");
    }
    return root.resolve(pin).resolve(name(key));
  }
}
