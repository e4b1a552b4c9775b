package dev.cloister.manifest;

/** A SHA-256 as text: 64 lower-case hexadecimal digits. */
final class DigestText {

  private static final int LENGTH = 64;

  private DigestText() {}

  /** Whether the text is one. */
  static boolean matches(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      boolean isDigit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      if (!isDigit) {
        return false;
      }
    }
    return true;
  }
}
