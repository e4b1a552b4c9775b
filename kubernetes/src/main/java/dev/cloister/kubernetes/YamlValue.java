package dev.cloister.kubernetes;

import java.math.BigInteger;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a scalar means to Kubernetes, whose parser reads plain scalars by the rules of YAML 1.1 with
 * some of its own: {@code yes}, {@code on}, {@code y} are truth values, {@code 0644} and {@code
 * 0o644} are octal, {@code 1_000} is a number, base-60 numbers and dates are texts.
 */
public sealed interface YamlValue {

  /** A text. */
  record Text(String text) implements YamlValue {}

  /** A truth value. */
  record Bool(boolean value) implements YamlValue {}

  /** A whole number of 64 bits. */
  record Int(long value) implements YamlValue {}

  /** Another number, as it is written. */
  record Decimal(String written) implements YamlValue {}

  /** Nothing. */
  record Null() implements YamlValue {}

  /** Words that are true. */
  Set<String> TRUE =
      Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");

  /** Words that are false. */
  Set<String> FALSE =
      Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");

  /** Words that are nothing. */
  Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");

  /** Words that are numbers without being finite. */
  Set<String> NOT_FINITE =
      Set.of(
          ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
          "-.Inf", "-.INF");

  /** A decimal number (YAML 1.1, with the exponent's sign optional). */
  Pattern DECIMAL = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

  /** A date, which is kept as a text. */
  Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?");

  /** The meaning of a plain scalar. */
  static YamlValue ofPlain(String text) {
    if (NULL.contains(text)) {
      return new Null();
    }
    if (TRUE.contains(text)) {
      return new Bool(true);
    }
    if (FALSE.contains(text)) {
      return new Bool(false);
    }
    if (NOT_FINITE.contains(text)) {
      return new Decimal(text);
    }
    char first = text.charAt(0);
    boolean numeric = (first >= '0' && first <= '9') || first == '-' || first == '+';
    if (numeric && !DATE.matcher(text).matches()) {
      return number(text);
    }
    return first == '.' && DECIMAL.matcher(text).matches() ? new Decimal(text) : new Text(text);
  }

  private static YamlValue number(String text) {
    String digits = text.replace("_", "");
    boolean negative = digits.startsWith("-");
    String magnitude = negative || digits.startsWith("+") ? digits.substring(1) : digits;
    int radix = radix(magnitude);
    boolean marked = radix != 10 && "xXbBoO".indexOf(magnitude.charAt(1)) >= 0;
    String plain = marked ? magnitude.substring(2) : magnitude;
    if (isOf(radix, plain)) {
      BigInteger value = new BigInteger(negative ? "-" + plain : plain, radix);
      return value.bitLength() < 64 ? new Int(value.longValue()) : new Decimal(value.toString());
    }
    return DECIMAL.matcher(digits).matches() ? new Decimal(digits) : new Text(text);
  }

  private static int radix(String magnitude) {
    if (magnitude.length() < 2 || magnitude.charAt(0) != '0') {
      return 10;
    }
    return switch (magnitude.charAt(1)) {
      case 'x', 'X' -> 16;
      case 'b', 'B' -> 2;
      default -> 8;
    };
  }

  private static boolean isOf(int radix, String digits) {
    if (digits.isEmpty() || digits.length() > 128) {
      return false;
    }
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c > 'f' || Character.digit(c, radix) < 0) {
        return false;
      }
    }
    return true;
  }

  /** What kind of value it is, for messages. */
  default String kind() {
    return switch (this) {
      case Text _ -> "a text";
      case Bool _ -> "a truth value";
      case Int _ -> "a number";
      case Decimal _ -> "a number";
      case Null _ -> "nothing";
    };
  }
}
