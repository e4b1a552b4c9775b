package dev.cloister.node;

import dev.cloister.encoding.CloisterException;

/** Checks of what a sandbox is made of. */
final class SpecRules {

  private SpecRules() {}

  static void text(String where, String value, int most) {
    boolean good =
        !value.isEmpty()
            && value.length() <= most
            && value.chars().allMatch(c -> c >= 32 && c < 127);
    if (!good) {
      throw new CloisterException(
          NodeError.BAD_SPEC, where, "must be 1 to " + most + " printable characters");
    }
  }

  static void range(String where, long value, long min, long max) {
    if (value < min || value > max) {
      throw new CloisterException(
          NodeError.BAD_SPEC, where, "must be from " + min + " to " + max + ", is " + value);
    }
  }

  static void id(String id) {
    if (!id.matches("[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?")) {
      throw new CloisterException(
          NodeError.BAD_SPEC, "id", "must be 1 to 32 of a-z, 0-9 and '-' (within)");
    }
  }
}
