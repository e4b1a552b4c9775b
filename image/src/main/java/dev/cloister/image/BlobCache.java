package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Blobs by digest in a directory that several processes share. A blob appears there only whole and
 * checked, by one rename; it is checked again whenever it is read. Thread-safe.
 */
final class BlobCache {

  /** Where a blob grows and where it ends up. */
  record Places(Path partial, Path target, Path lock) {}

  private final Path directory;
  private final InstantSource clock;

  BlobCache(Path directory, InstantSource clock) throws IOException {
    this.directory = directory;
    this.clock = clock;
    Files.createDirectories(directory.resolve("sha256"));
    Files.createDirectories(directory.resolve("partial"));
    Files.createDirectories(directory.resolve("locks"));
  }

  private Places places(Digest digest) {
    return new Places(
        directory.resolve("partial").resolve(digest.hex()),
        directory.resolve("sha256").resolve(digest.hex()),
        directory.resolve("locks").resolve(digest.hex()));
  }

  /**
   * The blob's bytes; the end comes only where size and digest are right. What is not here is
   * fetched while it is read.
   */
  BlobStream open(
      ImageSource source, Reference reference, Descriptor blob, ProgressListener progress)
      throws IOException {
    Places places = places(blob.digest());
    if (isPresent(places.target(), blob)) {
      return checked(places.target(), blob);
    }
    CacheLock lock = CacheLock.acquire(places.lock());
    try {
      if (isPresent(places.target(), blob)) {
        lock.close();
        return checked(places.target(), blob);
      }
      return Download.start(source, reference, blob, places, lock, progress);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static boolean isPresent(Path target, Descriptor blob) throws IOException {
    if (!Files.exists(target)) {
      return false;
    }
    if (Files.size(target) != blob.size()) {
      Files.deleteIfExists(target);
      return false;
    }
    return true;
  }

  private BlobStream checked(Path target, Descriptor blob) throws IOException {
    Files.setLastModifiedTime(target, FileTime.from(clock.instant()));
    return new Checked(Files.newInputStream(target), target, blob);
  }

  /** A small blob, fetched where it is not here. */
  Bytes read(ImageSource source, Reference reference, Descriptor blob) throws IOException {
    if (blob.size() > RegistryClient.MAX_MANIFEST) {
      throw new CloisterException(
          ImageError.LIMIT, reference.toString(), "a document of " + blob.size() + " bytes");
    }
    try {
      return readOnce(source, reference, blob);
    } catch (StaleBytesException e) {
      return readOnce(source, reference, blob);
    }
  }

  private Bytes readOnce(ImageSource source, Reference reference, Descriptor blob)
      throws IOException {
    try (BlobStream in = open(source, reference, blob, ProgressListener.NONE)) {
      return Bytes.of(in.readAllBytes());
    }
  }

  /** A small blob that is here and whole, or nothing. */
  Optional<Bytes> find(Digest digest) throws IOException {
    Path target = places(digest).target();
    if (!Files.exists(target) || Files.size(target) > RegistryClient.MAX_MANIFEST) {
      return Optional.empty();
    }
    Bytes bytes = Bytes.of(Files.readAllBytes(target));
    return Digest.of(bytes).equals(digest) ? Optional.of(bytes) : Optional.empty();
  }

  /** Keeps a small blob. */
  void put(Bytes bytes) throws IOException {
    Places places = places(Digest.of(bytes));
    if (!Files.exists(places.target())) {
      AtomicFile.write(places.target(), bytes);
    }
  }

  private static final class Checked extends BlobStream {
    private final InputStream in;
    private final Path file;
    private final Descriptor blob;
    private final MessageDigest sha256 = Sha256.digest();
    private boolean judged;

    Checked(InputStream in, Path file, Descriptor blob) {
      this.in = in;
      this.file = file;
      this.blob = blob;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int got = in.read(bytes, offset, length);
      if (got > 0) {
        sha256.update(bytes, offset, got);
      } else if (got < 0 && !judged) {
        judged = true;
        judge(Sha256.finish(sha256));
      }
      return got;
    }

    @Override
    void settle() throws IOException {
      MessageDigest whole = Sha256.digest();
      byte[] piece = new byte[128 << 10];
      try (InputStream again = Files.newInputStream(file)) {
        for (int got = again.read(piece); got >= 0; got = again.read(piece)) {
          whole.update(piece, 0, got);
        }
      }
      judge(Sha256.finish(whole));
    }

    private void judge(Digest found) throws IOException {
      if (!found.equals(blob.digest())) {
        Files.deleteIfExists(file);
        throw new StaleBytesException(blob.digest());
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
