package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Where a command prints: results on standard output, progress and errors on standard error. Used
 * by the command's thread; {@link #during} adds one virtual thread for the time of the work.
 */
public final class Terminal {

  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration REPEAT_LINE = Duration.ofSeconds(10);

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean live;

  /**
   * A terminal with nothing on standard input.
   *
   * @param live whether standard error is a terminal whose last line may be rewritten
   */
  public Terminal(PrintStream out, PrintStream err, boolean live) {
    this(InputStream.nullInputStream(), out, err, live);
  }

  /**
   * @param live whether standard error is a terminal whose last line may be rewritten
   */
  public Terminal(InputStream in, PrintStream out, PrintStream err, boolean live) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.live = live;
  }

  /** The terminal of this process. */
  public static Terminal ofProcess() {
    return new Terminal(System.in, System.out, System.err, isTerminal(Path.of("/proc/self/fd/2")));
  }

  private static boolean isTerminal(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  /** Standard input, for requests; read by the command's thread alone. */
  InputStream in() {
    return in;
  }

  /** Standard output, for help texts. */
  PrintWriter outWriter() {
    return new PrintWriter(out, true, StandardCharsets.UTF_8);
  }

  /** Prints a line of the result. */
  public void print(String line) {
    out.println(line);
  }

  /** Prints a piece of the result as it is. */
  public void printRaw(byte[] bytes) {
    out.write(bytes, 0, bytes.length);
    out.flush();
  }

  /** Prints the result as one JSON document. */
  public void print(Json document) {
    out.print(JsonWriter.pretty(document));
    out.flush();
  }

  /** Says what goes on, on standard error. */
  public void note(String line) {
    err.println(line);
  }

  /** Writes a piece to standard error as it is. */
  public void noteRaw(byte[] bytes) {
    err.write(bytes, 0, bytes.length);
    err.flush();
  }

  /** One sentence that says what failed, where, and what to do. */
  public static String sentence(CloisterException failure) {
    String where = failure.where().isEmpty() ? "" : " at " + failure.where();
    return "error "
        + failure.code().code()
        + where
        + ": "
        + withoutDot(failure.detail())
        + ". "
        + failure.code().remedy();
  }

  /** The failure as JSON. */
  public static Json json(CloisterException failure) {
    return Json.object()
        .put("ok", false)
        .put(
            "error",
            Json.object()
                .put("code", failure.code().code())
                .put("where", failure.where())
                .put("detail", failure.detail())
                .put("meaning", failure.code().meaning())
                .put("remedy", failure.code().remedy())
                .build())
        .build();
  }

  private static String withoutDot(String text) {
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  /**
   * Does the work; when that takes longer than a second, says on standard error what goes on and
   * for how long.
   */
  public <T> T during(String what, Supplier<T> work) {
    Thread progress = Thread.ofVirtual().name("progress").start(() -> showProgress(what));
    try {
      return work.get();
    } finally {
      progress.interrupt();
      join(progress);
    }
  }

  private void showProgress(String what) {
    long start = System.nanoTime();
    boolean shown = false;
    try {
      Thread.sleep(QUIET);
      while (true) {
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        if (live) {
          err.print("\r\u001b[K" + what + " … " + seconds + " s");
          err.flush();
        } else {
          err.println(what + " … " + seconds + " s");
        }
        shown = true;
        Thread.sleep(live ? QUIET : REPEAT_LINE);
      }
    } catch (InterruptedException e) {
      if (live && shown) {
        err.print("\r\u001b[K");
        err.flush();
      }
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
