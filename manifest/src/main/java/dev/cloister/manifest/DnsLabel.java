package dev.cloister.manifest;

import dev.cloister.encoding.CloisterException;

/** Names that are one label of a DNS name (RFC 1123 section 2.1, lower case). */
final class DnsLabel {

  private static final int MAX_LENGTH = 63;

  private DnsLabel() {}

  /**
   * The name itself.
   *
   * @throws CloisterException with {@link ManifestError#BAD_NAME}
   */
  static String check(String name, String path) {
    if (!matches(name)) {
      throw new CloisterException(
          ManifestError.BAD_NAME, path, "not a name of 1 to 63 of a-z, 0-9 and '-'");
    }
    return name;
  }

  /** Whether the name is such a label. */
  static boolean matches(String name) {
    return isWord(name, MAX_LENGTH, "-");
  }

  /** Whether the text has 1 to so many of a-z, 0-9 and, but not at its ends, these marks. */
  static boolean isWord(String text, int maxLength, String marks) {
    int last = text.length() - 1;
    if (last < 0 || last >= maxLength) {
      return false;
    }
    for (int i = 0; i <= last; i++) {
      char c = text.charAt(i);
      boolean isAlphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (!isAlphanumeric && (i == 0 || i == last || marks.indexOf(c) < 0)) {
        return false;
      }
    }
    return true;
  }
}
