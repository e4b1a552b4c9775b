package dev.cloister.e2e;

import java.util.Locale;

/**
 * A measured number with its goal.
 *
 * @param what what was measured, beside what
 * @param value the number
 * @param unit its unit, for example {@code MiB}; empty for a ratio
 * @param goal the greatest value that meets the promise; infinite where there is no goal
 */
record Figure(String what, double value, String unit, double goal) {

  /** A number that is told without a goal. */
  static Figure told(String what, double value, String unit) {
    return new Figure(what, value, unit, Double.POSITIVE_INFINITY);
  }

  private static String shown(double number, String unit) {
    String digits = number < 100 ? "%.2f" : "%.0f";
    return (String.format(Locale.ROOT, digits, number) + " " + unit).strip();
  }

  /** The line of a table. */
  String row() {
    boolean none = Double.isInfinite(goal);
    String wanted = none ? "" : "at most " + shown(goal, unit);
    String verdict = none ? "" : value <= goal ? "met" : "MISSED";
    return String.format("%-74s %12s  %-20s %s", what, shown(value, unit), wanted, verdict)
        .stripTrailing();
  }
}
