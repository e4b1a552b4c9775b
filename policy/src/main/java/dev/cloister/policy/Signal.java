package dev.cloister.policy;

import dev.cloister.encoding.CloisterException;
import org.jspecify.annotations.Nullable;

/**
 * A signal of Linux on x86-64 (signal(7)).
 *
 * @param number 1 to 64, but not 32 and 33, which the C library keeps
 */
public record Signal(int number) {

  private static final String[] NAMES = {
    "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
  };

  private static final int RTMIN = 34;

  /** SIGTERM. */
  public static final Signal TERM = new Signal(15);

  /** SIGKILL. */
  public static final Signal KILL = new Signal(9);

  public Signal {
    Grammar.require(
        number >= 1 && number <= 64 && number != 32 && number != 33, "signal", "1 to 64");
  }

  /**
   * The signal of this name, without SIG: one of signal(7), {@code RTMIN} or {@code RTMIN+1} to
   * {@code RTMIN+30}.
   *
   * @throws CloisterException with {@link PolicyError#VALUE}; the place is {@code signal}
   */
  public static Signal of(String name) {
    for (int i = 1; i < NAMES.length; i++) {
      if (NAMES[i].equals(name)) {
        return new Signal(i);
      }
    }
    if (name.equals("RTMIN")) {
      return new Signal(RTMIN);
    }
    String offset = name.startsWith("RTMIN+") ? name.substring(6) : "";
    boolean good = Grammar.isNumber(offset) && !offset.equals("0") && offset.length() <= 2;
    Grammar.require(
        good && Integer.parseInt(offset) <= 30, "signal", "a signal's name without SIG", name);
    return new Signal(RTMIN + Integer.parseInt(offset));
  }

  /** The name without SIG. */
  public String name() {
    if (number < NAMES.length) {
      return NAMES[number];
    }
    return number == RTMIN ? "RTMIN" : "RTMIN+" + (number - RTMIN);
  }

  // Written out: the first use of a record's own methods links them at run time, which is slow.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Signal that && number == that.number;
  }

  @Override
  public int hashCode() {
    return number;
  }

  /** The name with SIG. */
  @Override
  public String toString() {
    return "SIG" + name();
  }
}
