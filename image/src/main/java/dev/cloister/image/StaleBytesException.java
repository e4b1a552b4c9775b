package dev.cloister.image;

import java.io.IOException;

/** Bytes that were read were not the blob's; the right ones may be had by reading once more. */
final class StaleBytesException extends IOException {

  private static final long serialVersionUID = 1L;

  StaleBytesException(Digest blob) {
    super("the bytes that were read are not those of " + blob);
  }
}
