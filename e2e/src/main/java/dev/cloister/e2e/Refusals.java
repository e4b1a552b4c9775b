package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;

/** Holds that something is refused, and for the right reason. */
final class Refusals {

  private static final int MAX_SHOWN = 300;

  private Refusals() {}

  /** Something that should be refused. */
  @FunctionalInterface
  interface Attempt {
    void run();
  }

  /**
   * The reason of the refusal.
   *
   * @param expected the code that the refusal must have
   * @param mentions what the reason must name
   */
  static String of(ErrorCode expected, String mentions, Attempt attempt) {
    try {
      attempt.run();
    } catch (CloisterException e) {
      String reason = String.valueOf(e.getMessage());
      if (e.code().code().equals(expected.code()) && reason.contains(mentions)) {
        return shown(reason);
      }
      throw notRefused(
          "refused, but with \"" + reason + "\" instead of " + expected.code() + " for " + mentions,
          e);
    }
    throw notRefused("nothing refused it; " + expected.code() + " was expected", null);
  }

  /** The failure of an attack that was not refused as it should be. */
  static CloisterException notRefused(
      String detail, @org.jspecify.annotations.Nullable Throwable cause) {
    return new CloisterException(E2eError.NOT_REFUSED, "", detail, cause);
  }

  /** The reason in one line of bounded length. */
  static String shown(String reason) {
    String line = reason.replaceAll("\\s+", " ");
    return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "…";
  }
}
