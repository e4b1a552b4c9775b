package dev.cloister.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A process of this machine that need not be a child of the daemon. Process numbers are used again,
 * so the start time belongs to its name.
 *
 * @param pid process number
 * @param startTicks start time in clock ticks after boot: field 22 of proc(5) stat
 */
record HostProcess(long pid, long startTicks) {

  private static final Path PROC = Path.of("/proc");

  /** The process that has this number now. */
  static Optional<HostProcess> of(long pid) {
    return stat(pid).map(fields -> new HostProcess(pid, Long.parseLong(fields[19])));
  }

  /** Whether it runs; one that has ended and was not waited for does not. */
  boolean isAlive() {
    Optional<String[]> fields = stat(pid);
    return fields.isPresent()
        && Long.parseLong(fields.get()[19]) == startTicks
        && !fields.get()[0].equals("Z")
        && !fields.get()[0].equals("X");
  }

  /** Waits until it has ended; false where the time is over first. */
  boolean awaitEnd(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    long pause = 5;
    while (isAlive()) {
      if (System.nanoTime() >= deadline) {
        return false;
      }
      Thread.sleep(pause);
      pause = Math.min(100, pause * 2);
    }
    return true;
  }

  /** Asks it to end, then forces it; true where it has ended. */
  boolean kill(Duration grace) throws InterruptedException {
    signal(false);
    if (awaitEnd(grace)) {
      return true;
    }
    signal(true);
    return awaitEnd(Duration.ofSeconds(10));
  }

  private void signal(boolean force) {
    Optional<ProcessHandle> handle = ProcessHandle.of(pid);
    if (handle.isPresent() && isAlive()) {
      if (force) {
        handle.get().destroyForcibly();
      } else {
        handle.get().destroy();
      }
    }
  }

  /** Resident memory, KiB: VmRSS of proc(5) status. */
  long residentKib() {
    try {
      for (String line : Files.readAllLines(PROC.resolve(Long.toString(pid)).resolve("status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      return 0;
    } catch (IOException _) {
      return 0;
    }
  }

  /** All processes that have an argument of this kind. */
  static List<HostProcess> withArgument(Predicate<String> wanted) {
    List<HostProcess> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        if (arguments(entry).stream().anyMatch(wanted)) {
          of(Long.parseLong(entry.getFileName().toString())).ifPresent(found::add);
        }
      }
    } catch (IOException _) {
      // Without /proc there is nothing to find.
    }
    return found;
  }

  /** The arguments that it was started with. */
  List<String> arguments() {
    return arguments(PROC.resolve(Long.toString(pid)));
  }

  private static List<String> arguments(Path entry) {
    try {
      byte[] bytes = Files.readAllBytes(entry.resolve("cmdline"));
      return List.of(new String(bytes, StandardCharsets.UTF_8).split("\0", -1));
    } catch (IOException _) {
      return List.of();
    }
  }

  /** The fields after the program's name, which may hold anything but ends with the last ')'. */
  private static Optional<String[]> stat(long pid) {
    try {
      String line =
          Files.readString(
              PROC.resolve(Long.toString(pid)).resolve("stat"), StandardCharsets.ISO_8859_1);
      return Optional.of(line.substring(line.lastIndexOf(')') + 2).strip().split(" ", -1));
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
