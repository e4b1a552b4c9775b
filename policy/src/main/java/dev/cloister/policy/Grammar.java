package dev.cloister.policy;

import dev.cloister.encoding.CloisterException;
import java.util.List;

/** The small grammars of names, paths and texts, each a predicate over ASCII. */
final class Grammar {

  private Grammar() {}

  /** A DNS label of RFC 1123: 1 to 63 lower-case letters, digits and '-', not at the ends. */
  static boolean isDnsLabel(String text) {
    return isLabel(text, 0, text.length(), 63);
  }

  /** One or more DNS labels with dots between, 253 characters at most. */
  static boolean isDnsName(String text) {
    return areLabels(text, 63);
  }

  /** A name of Kubernetes (a DNS subdomain there): like a DNS name, but its labels may be long. */
  static boolean isObjectName(String text) {
    return areLabels(text, 253);
  }

  private static boolean areLabels(String text, int most) {
    if (text.length() > 253) {
      return false;
    }
    int at = 0;
    while (true) {
      int dot = text.indexOf('.', at);
      if (!isLabel(text, at, dot < 0 ? text.length() : dot, most)) {
        return false;
      }
      if (dot < 0) {
        return true;
      }
      at = dot + 1;
    }
  }

  private static boolean isLabel(String text, int from, int to, int most) {
    if (from >= to || to - from > most || text.charAt(from) == '-' || text.charAt(to - 1) == '-') {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (!isLowerOrDigit(text.charAt(i)) && text.charAt(i) != '-') {
        return false;
      }
    }
    return true;
  }

  /** What a DNS search domain or host alias may be: labels that may hold '_' at their start. */
  static boolean isHostsName(String text) {
    return isDnsName(text.replace('_', 'a'));
  }

  /** An identifier that the host chooses: 1 to 64 of letters, digits, '_', '.' and '-'. */
  static boolean isIdentifier(String text) {
    if (text.isEmpty() || text.length() > 64) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = isLowerOrDigit(c) || (c >= 'A' && c <= 'Z');
      if (!letter && c != '_' && c != '.' && c != '-') {
        return false;
      }
    }
    return true;
  }

  /** An environment variable's name: 1 to 256 printable ASCII characters without '='. */
  static boolean isEnvName(String text) {
    if (text.isEmpty() || text.length() > 256) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c > 0x7e || c == '=') {
        return false;
      }
    }
    return true;
  }

  /** Any text without NUL of at most {@code max} characters. */
  static boolean isPlain(String text, int max) {
    return text.length() <= max && text.indexOf('\0') < 0;
  }

  /** Printable text without control characters, 1 to {@code max} characters. */
  static boolean isLine(String text, int max) {
    if (text.isEmpty() || text.length() > max) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029) {
        return false;
      }
    }
    return true;
  }

  /** An absolute path without empty, '.' and '..' segments and without a slash at its end. */
  static boolean isAbsolutePath(String text) {
    return text.equals("/") || (text.startsWith("/") && isRelativePath(text.substring(1)));
  }

  /** A relative path without empty, '.' and '..' segments, control characters and ':'. */
  static boolean isRelativePath(String text) {
    if (!isLine(text, 1024) || text.indexOf(':') >= 0) {
      return false;
    }
    int at = 0;
    while (true) {
      int slash = text.indexOf('/', at);
      String segment = text.substring(at, slash < 0 ? text.length() : slash);
      boolean bad = segment.isEmpty() || segment.equals(".") || segment.equals("..");
      if (bad || segment.length() > 255) {
        return false;
      }
      if (slash < 0) {
        return true;
      }
      at = slash + 1;
    }
  }

  /**
   * The name of a file in a file volume: one to eight segments of letters, digits, '_', '-' and
   * '.', none of which begins with two dots (those are the agent's own).
   */
  static boolean isFileName(String text) {
    if (!isRelativePath(text) || text.length() > 512) {
      return false;
    }
    int segments = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean begins = i == 0 || text.charAt(i - 1) == '/';
      if (begins && text.startsWith("..", i)) {
        return false;
      }
      if (c == '/') {
        segments++;
      } else if (!isIdentifier(text.substring(i, i + 1))) {
        return false;
      }
    }
    return segments <= 8;
  }

  /** Exactly {@code digits} lower-case hexadecimal digits. */
  static boolean isHex(String text, int digits) {
    if (text.length() != digits) {
      return false;
    }
    for (int i = 0; i < digits; i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }

  /** One or more decimal digits without needless zeros, at most 10. */
  static boolean isNumber(String text) {
    if (text.isEmpty() || text.length() > 10 || (text.length() > 1 && text.charAt(0) == '0')) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  static boolean isLowerOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  /** The text as it may stand in a message: quoted, control characters replaced, cut. */
  static String shown(String text) {
    StringBuilder out = new StringBuilder("\"");
    int length = Math.min(text.length(), 120);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      boolean harmless = c >= 0x20 && c != '"' && c != '\\' && (c < 0x7f || c >= 0xa0);
      out.append(harmless ? c : '?');
    }
    return out.append(length < text.length() ? "…\"" : "\"").toString();
  }

  /** Throws {@link PolicyError#VALUE} unless {@code good}. */
  static void require(boolean good, String where, String wanted) {
    if (!good) {
      throw new CloisterException(PolicyError.VALUE, where, "must be " + wanted);
    }
  }

  /** Throws {@link PolicyError#VALUE} unless {@code good}, showing what was found. */
  static void require(boolean good, String where, String wanted, String found) {
    if (!good) {
      throw new CloisterException(
          PolicyError.VALUE, where, "must be " + wanted + ", is " + shown(found));
    }
  }

  /** Throws unless {@code min <= value <= max}. */
  static void range(long value, long min, long max, String where) {
    require(
        value >= min && value <= max,
        where,
        "a whole number from " + min + " to " + max + ", is " + value);
  }

  /** Throws {@link PolicyError#LIMIT} where there are more than {@code max}. */
  static void atMost(int count, int max, String where) {
    if (count > max) {
      throw new CloisterException(
          PolicyError.LIMIT, where, count + " entries where " + max + " are allowed");
    }
  }

  /** Throws {@link PolicyError#DUPLICATE} unless the texts grow from entry to entry. */
  static void ascending(List<String> texts, String where) {
    for (int i = 1; i < texts.size(); i++) {
      if (texts.get(i - 1).compareTo(texts.get(i)) >= 0) {
        throw new CloisterException(
            PolicyError.DUPLICATE,
            where,
            shown(texts.get(i)) + " stands twice or out of its order");
      }
    }
  }

  /** Throws {@link PolicyError#CONTRADICTION} unless {@code good}. */
  static void agree(boolean good, String where, String why) {
    if (!good) {
      throw new CloisterException(PolicyError.CONTRADICTION, where, why);
    }
  }
}
