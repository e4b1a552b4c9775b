package dev.cloister.cli;

import dev.cloister.guest.BuildProgress;
import java.util.HashMap;
import java.util.Map;

/** Shows a build's steps on standard error; at most one line a second for each step. */
public final class Progress implements BuildProgress {

  private static final long INTERVAL = 1_000_000_000L;

  private final Terminal terminal;
  private final Map<String, Long> shown = new HashMap<>();

  /** Shows them on this terminal. */
  public Progress(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public synchronized void report(String step, long done, long total) {
    long now = System.nanoTime();
    Long before = shown.get(step);
    if (before != null && now - before < INTERVAL) {
      return;
    }
    if (before == null && total > 0 && done < total) {
      // A quick download says nothing: its first line comes after a second.
      shown.put(step, now);
      return;
    }
    shown.put(step, now);
    if (total > 0) {
      terminal.note(step + " … " + done * 100 / total + " %");
    } else {
      terminal.note(step + " …");
    }
  }
}
