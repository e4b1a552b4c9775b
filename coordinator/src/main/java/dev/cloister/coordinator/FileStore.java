package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A store in a directory: a file for each key, which is replaced as a whole. A file is the eight
 * bytes {@code CLSTORE1}, the version as eight bytes, and the value. Several processes may share
 * the directory.
 */
public final class FileStore implements Store {

  private static final byte[] MAGIC = "CLSTORE1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD = 16;
  private static final String LOCK = "_lock";
  private static final String WRITING = "_writing";

  private final Path directory;
  private final ReentrantLock writing = new ReentrantLock();

  /**
   * A store.
   *
   * @param directory made when it does not exist
   */
  public FileStore(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  @Override
  public Optional<Versioned> read(String key) {
    Path file = file(key);
    try {
      if (Files.size(file) > HEAD + (long) MAX_VALUE) {
        throw malformed(file);
      }
      return Optional.of(parse(file, Files.readAllBytes(file)));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private static Versioned parse(Path file, byte[] content) {
    if (content.length <= HEAD || !Arrays.equals(content, 0, 8, MAGIC, 0, 8)) {
      throw malformed(file);
    }
    long version = ByteBuffer.wrap(content).getLong(8);
    if (version < 1) {
      throw malformed(file);
    }
    return new Versioned(version, Bytes.of(Arrays.copyOfRange(content, HEAD, content.length)));
  }

  @Override
  public long compareAndSwap(String key, long expectedVersion, Bytes value) {
    Path file = file(key);
    if (value.isEmpty() || value.size() > MAX_VALUE || expectedVersion < 0) {
      throw new CloisterException(
          CoordinatorError.BAD_REQUEST, key, value.size() + " bytes, or a version below 0");
    }
    writing.lock();
    try (FileChannel channel = lockFile();
        FileLock _ = channel.lock()) {
      long found = read(key).map(Versioned::version).orElse(0L);
      if (found != expectedVersion) {
        throw new CloisterException(
            CoordinatorError.STORE_CONFLICT,
            key,
            "has version " + found + " instead of " + expectedVersion);
      }
      replace(file, found + 1, value);
      return found + 1;
    } catch (IOException e) {
      throw failed(file, e);
    } finally {
      writing.unlock();
    }
  }

  private FileChannel lockFile() throws IOException {
    return FileChannel.open(
        directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Whole and on the disk before it has its name, so that a crash leaves the old or the new. */
  private void replace(Path file, long version, Bytes value) throws IOException {
    Path made = directory.resolve(WRITING);
    ByteBuffer content = ByteBuffer.allocate(HEAD + value.size());
    content.put(MAGIC).putLong(version).put(value.toArray()).flip();
    try (FileChannel channel =
        FileChannel.open(
            made,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  /** No key has an underscore, so that no two keys have one name, and none is a file of ours. */
  private Path file(String key) {
    return directory.resolve(new StoreKey(key).text().replace('/', '_'));
  }

  private static CloisterException malformed(Path file) {
    return new CloisterException(
        CoordinatorError.STORE_MALFORMED, file.toString(), "is no file of a store");
  }

  private static CloisterException failed(Path file, IOException e) {
    return new CloisterException(CoordinatorError.STORE_FAILED, file.toString(), e.toString(), e);
  }
}
