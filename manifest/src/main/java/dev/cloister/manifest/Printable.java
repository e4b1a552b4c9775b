package dev.cloister.manifest;

import java.util.Locale;

/** Texts that show on a terminal what they are. */
final class Printable {

  private Printable() {}

  /** Whether no character is a control, a line end, an invisible format mark or half a pair. */
  static boolean isPrintable(String text) {
    return text.codePoints().allMatch(Printable::shows);
  }

  /** The text with each character that does not show written as its number. */
  static String escape(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (shows(c)) {
        out.appendCodePoint(c);
      } else {
        out.append(String.format(Locale.ROOT, "\\u{%x}", c));
      }
      i += Character.charCount(c);
    }
    return out.toString();
  }

  private static boolean shows(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
