package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The {@code .deb} files that this machine has, by SHA-256, and the way to get those it lacks. What
 * is in the cache is hashed again before each use.
 */
public final class DebCache {

  private static final int PARALLEL = 4;

  private final Path directory;
  private final DebianArchive archive;

  /**
   * A cache.
   *
   * @param directory where the files are; made when it does not exist
   * @param archive where missing ones come from
   */
  public DebCache(Path directory, DebianArchive archive) {
    this.directory = directory;
    this.archive = archive;
  }

  /**
   * The files of the given packages, in the same order, fetched where they are not here yet.
   *
   * @throws CloisterException with {@link GuestError#PACKAGE_GONE} where the archive does not have
   *     one any more, {@link GuestError#PACKAGE_MISMATCH} where it gives other bytes
   */
  public List<Path> fetch(List<LockedPackage> packages, BuildProgress progress) {
    try (ExecutorService workers = Executors.newFixedThreadPool(PARALLEL)) {
      Files.createDirectories(directory);
      List<Future<Path>> files = new ArrayList<>();
      for (LockedPackage locked : packages) {
        files.add(workers.submit(() -> fetch(locked, progress)));
      }
      List<Path> fetched = new ArrayList<>();
      for (Future<Path> file : files) {
        fetched.add(file.get());
      }
      return fetched;
    } catch (IOException e) {
      throw new CloisterException(GuestError.STORAGE_FAILED, directory.toString(), e.toString(), e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CloisterException known
          ? known
          : new CloisterException(
              GuestError.STORAGE_FAILED, directory.toString(), String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(
          GuestError.ARCHIVE_UNREACHABLE, directory.toString(), "interrupted", e);
    }
  }

  private Path fetch(LockedPackage locked, BuildProgress progress) throws IOException {
    Path file = directory.resolve(locked.sha256().toHex() + ".deb");
    if (Files.isRegularFile(file) && isLocked(file, locked)) {
      return file;
    }
    Files.deleteIfExists(file);
    boolean there =
        archive
            .client()
            .fetchTo(
                file,
                archive.address(locked),
                locked.size(),
                locked.sha256(),
                progress,
                "fetch " + locked.name());
    if (!there) {
      throw new CloisterException(
          GuestError.PACKAGE_GONE,
          locked.name() + " " + locked.version(),
          "not at " + archive.address(locked));
    }
    return file;
  }

  private static boolean isLocked(Path file, LockedPackage locked) throws IOException {
    if (Files.size(file) != locked.size()) {
      return false;
    }
    MessageDigest digest = ArchiveClient.sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] piece = new byte[1 << 16];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        digest.update(piece, 0, n);
      }
    }
    return Bytes.of(digest.digest()).equals(locked.sha256());
  }
}
