package dev.cloister.client;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.History;
import dev.cloister.manifest.KnownHeads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A client's memory in a file: the newest transition that it ever saw of each deployment. It is
 * written before what it was made from is trusted, and as a whole, so that neither a crash nor two
 * clients at once make it forget. Thread-safe.
 */
public final class KnownHeadsFile {

  private static final int MAX_SIZE = 2 << 20;
  private static final long LOCK_TRIES = 500;
  private static final long LOCK_PAUSE_MILLIS = 20;

  private final Path file;

  private KnownHeadsFile(Path file) {
    this.file = file.toAbsolutePath();
  }

  /** The memory in this file, which need not exist yet. */
  public static KnownHeadsFile at(Path file) {
    return new KnownHeadsFile(file);
  }

  /**
   * The user's own memory: {@code cloister/known-heads.json} in {@code XDG_STATE_HOME}, else in
   * {@code ~/.local/state} (XDG Base Directory Specification 0.8).
   *
   * @throws CloisterException with {@link ClientError#MEMORY_UNUSABLE} where neither is known
   */
  public static KnownHeadsFile ofUser(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    if (state.startsWith("/")) {
      return at(Path.of(state, "cloister", "known-heads.json"));
    }
    if (home.startsWith("/")) {
      return at(Path.of(home, ".local", "state", "cloister", "known-heads.json"));
    }
    throw new CloisterException(
        ClientError.MEMORY_UNUSABLE, "HOME", "neither HOME nor XDG_STATE_HOME is set");
  }

  /** The file. */
  public Path path() {
    return file;
  }

  /**
   * Adds what is known of the deployment.
   *
   * @throws CloisterException with {@link ClientError#MEMORY_UNUSABLE} where the file cannot be
   *     read: a memory that is there is never passed over
   */
  public Trust recall(Trust trust) {
    Optional<Floor> known = read().of(trust.pin());
    return known.isPresent() ? trust.withFloor(known.get()) : trust;
  }

  /**
   * Remembers a verified history. Only when this returns may it be trusted.
   *
   * @throws CloisterException with {@link ClientError#MEMORY_UNUSABLE} where it cannot be written,
   *     or with the alarm of {@link KnownHeads#observe} where another client has learned meanwhile
   *     of a newer head or another history
   */
  public void remember(History history) {
    try {
      Files.createDirectories(directory());
      try (FileChannel channel =
              FileChannel.open(
                  file.resolveSibling(file.getFileName() + ".lock"),
                  Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")));
          FileLock _ = lock(channel)) {
        write(read().observe(history).document());
      }
    } catch (IOException e) {
      throw unusable(String.valueOf(e.getMessage()), e);
    }
  }

  private Path directory() {
    return file.resolveSibling(".").normalize();
  }

  private KnownHeads read() {
    if (!Files.exists(file)) {
      return KnownHeads.NONE;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return KnownHeads.parse(Bytes.of(in.readNBytes(MAX_SIZE + 1)));
    } catch (IOException e) {
      throw unusable(String.valueOf(e.getMessage()), e);
    } catch (CloisterException e) {
      throw unusable(String.valueOf(e.getMessage()), e);
    }
  }

  /** A lock that another thread of this process holds is an exception, not a wait. */
  private FileLock lock(FileChannel channel) throws IOException {
    for (int i = 0; i < LOCK_TRIES; i++) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException _) {
        // Another thread; it is done soon.
      }
      pause();
    }
    throw new IOException("somebody else holds its lock");
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOCK_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void write(Bytes document) throws IOException {
    Path temporary = Files.createTempFile(directory(), ".known-heads", ".new");
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer rest = document.toBuffer();
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(directory(), StandardOpenOption.READ)) {
        channel.force(true);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private CloisterException unusable(String detail, Exception cause) {
    return new CloisterException(ClientError.MEMORY_UNUSABLE, file.toString(), detail, cause);
  }
}
