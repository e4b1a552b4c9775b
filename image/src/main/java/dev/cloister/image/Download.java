package dev.cloister.image;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings one blob into the cache in a thread of its own, hashing what comes and going on from where
 * it broke. A reader may follow while it grows; the reader reaches the end only when size and
 * digest have been found right.
 */
final class Download {

  private static final int PIECE = 128 << 10;

  private final ImageSource source;
  private final Reference reference;
  private final Descriptor blob;
  private final Path partial;
  private final Path target;
  private final CacheLock lock;
  private final ProgressListener progress;
  private FileChannel file;

  // Guarded by this object.
  private long available;
  private boolean begunAnew;
  private boolean complete;
  private @Nullable Throwable failure;

  private Download(
      ImageSource source,
      Reference reference,
      Descriptor blob,
      BlobCache.Places places,
      CacheLock lock,
      ProgressListener progress)
      throws IOException {
    this.source = source;
    this.reference = reference;
    this.blob = blob;
    this.partial = places.partial();
    this.target = places.target();
    this.lock = lock;
    this.progress = progress;
    this.file = open();
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(
        partial, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Starts; the lock is given back at the end, the stream is the caller's to close. */
  static BlobStream start(
      ImageSource source,
      Reference reference,
      Descriptor blob,
      BlobCache.Places places,
      CacheLock lock,
      ProgressListener progress)
      throws IOException {
    Download download = new Download(source, reference, blob, places, lock, progress);
    return download.new Follower(FileChannel.open(places.partial(), StandardOpenOption.READ));
  }

  private void run() {
    try {
      fetch();
      file.close();
      end(null);
    } catch (IOException | RuntimeException | Error e) {
      end(e);
    }
  }

  private synchronized void end(@Nullable Throwable cause) {
    failure = cause;
    complete = cause == null;
    try {
      lock.close();
    } catch (IOException e) {
      failure = failure == null ? e : failure;
    }
    notifyAll();
  }

  private void fetch() throws IOException {
    int places = source.places(reference);
    for (int place = 0; ; place++) {
      try {
        fetch(place);
        return;
      } catch (CloisterException e) {
        if (place + 1 == places || e.code() == ImageError.INTERRUPTED) {
          throw e;
        }
        // What the last place sent is kept as far as it goes; the digest decides in the end.
      }
    }
  }

  private void fetch(int place) throws IOException {
    for (int attempt = 1; ; attempt++) {
      long present = file.size();
      try {
        fetchOnce(place);
        return;
      } catch (CloisterException e) {
        // Bytes that came earlier, perhaps from elsewhere, may be the wrong ones.
        boolean again =
            e.code() == ImageError.REGISTRY_STALLED
                || e.code() == ImageError.REGISTRY_UNREACHABLE
                || (e.code() == ImageError.BLOB_DIFFERS && present > 0);
        if (!again || attempt >= Math.max(2, source.attempts())) {
          throw e;
        }
      }
    }
  }

  private void fetchOnce(int place) throws IOException {
    MessageDigest sha256 = Sha256.digest();
    long done = hashPresent(sha256);
    if (done < blob.size()) {
      try (InputStream body = source.blob(reference, blob, done, place)) {
        done = append(body, sha256, done);
      }
    }
    Digest found = Sha256.finish(sha256);
    if (done != blob.size() || !found.equals(blob.digest())) {
      beginAnew();
      throw new CloisterException(
          ImageError.BLOB_DIFFERS,
          reference.registry() + "/" + reference.repository() + "@" + blob.digest(),
          done == blob.size()
              ? "the bytes that came have the digest " + found
              : "more than the " + blob.size() + " bytes came that belong to it");
    }
    Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Drops what has come; a reader may have seen some of it and must hear so. */
  private void beginAnew() throws IOException {
    synchronized (this) {
      begunAnew = true;
    }
    file.close();
    Files.deleteIfExists(partial);
    file = open();
  }

  /** Hashes what an earlier attempt left; readers may have it only when it has been hashed. */
  private long hashPresent(MessageDigest sha256) throws IOException {
    if (file.size() > blob.size()) {
      file.truncate(0);
    }
    long size = file.size();
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    for (long at = 0; at < size; at += piece.limit()) {
      piece.clear().limit((int) Math.min(PIECE, size - at));
      BlockOutput.readFully(file, piece, at);
      sha256.update(piece.flip());
    }
    advance(size);
    return size;
  }

  private long append(InputStream body, MessageDigest sha256, long from) throws IOException {
    byte[] piece = new byte[PIECE];
    long done = from;
    // Whole pieces: the network gives small ones, and each costs a write and a wake-up.
    int got = body.readNBytes(piece, 0, PIECE);
    while (got > 0) {
      done += got;
      if (done > blob.size()) {
        return done;
      }
      sha256.update(piece, 0, got);
      BlockOutput.writeFully(file, ByteBuffer.wrap(piece, 0, got), done - got);
      advance(done);
      if (Thread.interrupted()) {
        throw new CloisterException(ImageError.INTERRUPTED, reference.toString(), "interrupted");
      }
      got = body.readNBytes(piece, 0, PIECE);
    }
    if (done < blob.size()) {
      throw new CloisterException(
          ImageError.REGISTRY_UNREACHABLE,
          reference.registry() + "/" + reference.repository() + "@" + blob.digest(),
          "the connection ended after " + done + " of " + blob.size() + " bytes");
    }
    return done;
  }

  private void advance(long now) {
    synchronized (this) {
      available = Math.max(available, now);
      notifyAll();
    }
    progress.advanced(ProgressListener.Stage.TRANSFER, blob.digest().toString(), now, blob.size());
  }

  /** How many bytes are there, once it is more than {@code position}; as many at the end. */
  private synchronized long await(long position) throws IOException {
    waitUntil(() -> !begunAnew && available > position);
    return available;
  }

  /** Waits for the condition or the end of the download, whose failure becomes the caller's. */
  private synchronized void waitUntil(BooleanSupplier condition) throws IOException {
    try {
      while (failure == null && !complete && !condition.getAsBoolean()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
    throwFailure();
  }

  private synchronized void throwFailure() throws IOException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
    if (begunAnew) {
      throw new StaleBytesException(blob.digest());
    }
  }

  /** Reads through a channel of its own: interrupting the reader closes only that. */
  private final class Follower extends BlobStream {
    private final FileChannel follower;
    private final Thread thread;
    private long position;

    Follower(FileChannel follower) {
      this.follower = follower;
      this.thread = Workers.startThread("download", Download.this::run);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      long there = await(position);
      if (there == position) {
        return -1;
      }
      int count = (int) Math.min(length, there - position);
      BlockOutput.readFully(follower, ByteBuffer.wrap(bytes, offset, count), position);
      position += count;
      return count;
    }

    @Override
    void settle() throws IOException {
      waitUntil(() -> false);
    }

    /** Ends the download where it has not ended; what has arrived stays for the next time. */
    @Override
    public void close() throws IOException {
      thread.interrupt();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (IOException) new InterruptedIOException("interrupted").initCause(e);
      } finally {
        follower.close();
      }
    }
  }
}
