package dev.cloister.image;

import java.io.IOException;

/** Compressed data that is no such data; not a failure of reading it. */
final class DamagedDataException extends IOException {

  private static final long serialVersionUID = 1L;

  DamagedDataException(String detail) {
    super(detail);
  }
}
