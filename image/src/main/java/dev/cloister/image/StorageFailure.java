package dev.cloister.image;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Path;

/** Says in one sentence why files could not be read or written. */
final class StorageFailure {

  private StorageFailure() {}

  static CloisterException of(IOException e, Path where) {
    String reason = String.valueOf(e.getMessage());
    // Java has no type for ENOSPC and EDQUOT; the texts are strerror's in the C locale.
    if (reason.contains("No space left on device") || reason.contains("Disk quota exceeded")) {
      return new CloisterException(
          ImageError.DISK_FULL, where.toString(), "the file system is full", e);
    }
    if (e instanceof java.io.InterruptedIOException
        || e instanceof java.nio.channels.ClosedByInterruptException) {
      return new CloisterException(ImageError.INTERRUPTED, where.toString(), "interrupted", e);
    }
    return new CloisterException(
        ImageError.STORAGE, where.toString(), e.getClass().getSimpleName() + ": " + reason, e);
  }
}
