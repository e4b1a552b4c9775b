package dev.cloister.image;

import java.io.IOException;
import java.nio.file.Path;

/** A cached blob that has changed since it was checked; it has been removed. */
final class DamagedCacheException extends IOException {

  private static final long serialVersionUID = 1L;

  DamagedCacheException(Path file) {
    super("changed since it was checked: " + file);
  }
}
