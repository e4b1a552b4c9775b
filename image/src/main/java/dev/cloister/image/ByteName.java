package dev.cloister.image;

import java.nio.charset.StandardCharsets;

/**
 * File names as Linux has them: bytes, held one a character in a Java string (ISO 8859-1), which
 * keeps them small and ordered as the kernel orders them.
 */
public final class ByteName {

  private ByteName() {}

  /** The byte string that is the UTF-8 form of {@code text}. */
  public static String ofText(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** The byte string of the bytes. */
  public static String ofBytes(byte[] bytes, int offset, int length) {
    return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
  }

  /** The bytes of a byte string. */
  public static byte[] toBytes(String byteName) {
    return byteName.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The text for people: UTF-8 where it is that, otherwise with replacement characters. */
  public static String toText(String byteName) {
    return new String(toBytes(byteName), StandardCharsets.UTF_8);
  }
}
