package dev.cloister.e2e;

import java.util.Locale;

/**
 * What became of one step of the demo.
 *
 * @param name what was done, as the table shows it
 * @param ok whether it went as it should: a step worked, an attack was refused by the part that
 *     should refuse it
 * @param millis how long it took
 * @param detail what was seen: the reason of the refusal, or why it went wrong
 */
record StepResult(String name, Kind kind, boolean ok, long millis, String detail) {

  /** Steps show what works, attacks what is refused. */
  enum Kind {
    STEP,
    ATTACK;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  String seconds() {
    return String.format(Locale.ROOT, "%.1f", millis / 1000.0);
  }

  /** What became of it in one word. */
  String word() {
    return switch (kind) {
      case STEP -> ok ? "done" : "FAILED";
      case ATTACK -> ok ? "refused" : "NOT REFUSED";
    };
  }
}
