package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import java.time.Duration;

/** Times as people type them: a number and one of {@code s m h d}. */
final class PlainDuration {

  private PlainDuration() {}

  /**
   * Reads a time such as {@code 30m}: from 1 s to 999,999 days.
   *
   * @param option where it was typed
   * @throws CloisterException with {@link CliError#WRONG_USE} where it is none
   */
  static Duration parse(String option, String text) {
    if (!text.matches("[1-9][0-9]{0,5}[smhd]")) {
      throw new CloisterException(
          CliError.WRONG_USE, option, text + " is no time such as 30m, 12h or 7d");
    }
    long count = Long.parseLong(text.substring(0, text.length() - 1));
    return switch (text.charAt(text.length() - 1)) {
      case 's' -> Duration.ofSeconds(count);
      case 'm' -> Duration.ofMinutes(count);
      case 'h' -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
