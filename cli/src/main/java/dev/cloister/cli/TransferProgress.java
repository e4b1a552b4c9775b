package dev.cloister.cli;

import dev.cloister.image.ProgressListener;
import java.util.Locale;

/** Shows how far an image has come: a line on standard error each second, none for quick work. */
final class TransferProgress implements ProgressListener {

  private static final long INTERVAL = 1_000_000_000L;
  private static final int WIDTH = 20;

  private final Terminal terminal;
  private long last = System.nanoTime();

  TransferProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public synchronized void advanced(Stage stage, String what, long done, long total) {
    long now = System.nanoTime();
    if (now - last < INTERVAL || total <= 0) {
      return;
    }
    last = now;
    int filled = (int) (WIDTH * Math.min(done, total) / total);
    terminal.note(
        String.format(
            Locale.ROOT,
            "%-8s [%s%s] %d of %d MiB  %s",
            stage.name().toLowerCase(Locale.ROOT),
            "#".repeat(filled),
            ".".repeat(WIDTH - filled),
            done >> 20,
            total >> 20,
            what));
  }
}
