package dev.cloister.kubernetes;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A quantity of Kubernetes (apimachinery resource.Quantity): a decimal number with a suffix.
 *
 * @param value its value in whole units: cores, bytes
 */
record Quantity(BigDecimal value) {

  private static final Pattern FORM =
      Pattern.compile(
          "([+-]?(?:[0-9]{1,18}(?:\\.[0-9]{0,9})?|\\.[0-9]{1,9}))"
              + "(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?[0-9]{1,2}))?");

  private static final Map<String, BigDecimal> SUFFIXES =
      Map.ofEntries(
          Map.entry("n", BigDecimal.ONE.movePointLeft(9)),
          Map.entry("u", BigDecimal.ONE.movePointLeft(6)),
          Map.entry("m", BigDecimal.ONE.movePointLeft(3)),
          Map.entry("k", BigDecimal.ONE.movePointRight(3)),
          Map.entry("M", BigDecimal.ONE.movePointRight(6)),
          Map.entry("G", BigDecimal.ONE.movePointRight(9)),
          Map.entry("T", BigDecimal.ONE.movePointRight(12)),
          Map.entry("P", BigDecimal.ONE.movePointRight(15)),
          Map.entry("E", BigDecimal.ONE.movePointRight(18)),
          Map.entry("Ki", new BigDecimal(1L << 10)),
          Map.entry("Mi", new BigDecimal(1L << 20)),
          Map.entry("Gi", new BigDecimal(1L << 30)),
          Map.entry("Ti", new BigDecimal(1L << 40)),
          Map.entry("Pi", new BigDecimal(1L << 50)),
          Map.entry("Ei", new BigDecimal(1L << 60)));

  /** The quantity that the text spells, or nothing where it spells none. */
  static Optional<Quantity> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    String suffix = matcher.group(2);
    String exponent = matcher.group(3);
    if (suffix != null) {
      number = number.multiply(SUFFIXES.getOrDefault(suffix, BigDecimal.ONE));
    } else if (exponent != null) {
      number = number.scaleByPowerOfTen(Integer.parseInt(exponent));
    }
    return Optional.of(new Quantity(number));
  }

  /** How many of {@code unit} it is, rounded up; capped at {@code Long.MAX_VALUE}. */
  long ceil(BigDecimal unit) {
    return capped(value.divide(unit, 0, RoundingMode.CEILING));
  }

  /** How many of {@code unit} it is, rounded down; capped at {@code Long.MAX_VALUE}. */
  long floor(BigDecimal unit) {
    return capped(value.divide(unit, 0, RoundingMode.FLOOR));
  }

  private static long capped(BigDecimal number) {
    BigDecimal most = new BigDecimal(Long.MAX_VALUE);
    return number.compareTo(most) > 0 ? Long.MAX_VALUE : number.longValue();
  }
}
