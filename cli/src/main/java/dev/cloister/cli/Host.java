package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The machine that this program runs on: its programs, files and what runs as root. */
final class Host {

  private static final List<String> SYSTEM_PROGRAMS =
      List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private Host() {}

  /** What a program did. */
  record Outcome(int status, String output) {}

  /** Whether this process is root. */
  static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid
          && uid == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether this is a Debian system with its package tool. */
  static boolean isDebian() {
    return Files.isReadable(Path.of("/etc/debian_version")) && program("apt-get").isPresent();
  }

  /** Where a program lies, looked for in PATH and in the directories of the system's programs. */
  static Optional<Path> program(String name) {
    List<String> directories = new ArrayList<>();
    String path = System.getenv("PATH");
    if (path != null) {
      directories.addAll(List.of(path.split(":", -1)));
    }
    directories.addAll(SYSTEM_PROGRAMS);
    return directories.stream()
        .filter(directory -> directory.startsWith("/"))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Whether the program runs and ends with 0 within the time. */
  static boolean succeeds(Duration limit, String... command) {
    try {
      return run(limit, Map.of(), List.of(command)).status() == 0;
    } catch (CloisterException e) {
      return false;
    }
  }

  /**
   * Runs a program to its end; its output and errors together, at most the last 64 KiB.
   *
   * @throws CloisterException with {@link CliError#PROGRAM_FAILED} where it cannot be started or
   *     does not end in time
   */
  static Outcome run(Duration limit, Map<String, String> environment, List<String> command) {
    Path output = null;
    Process process = null;
    try {
      output = Files.createTempFile("cloister", ".out");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.redirectInput(Path.of("/dev/null").toFile());
      builder.environment().putAll(environment);
      process = builder.start();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw failed(command, "did not end within " + limit.toSeconds() + " s");
      }
      return new Outcome(process.exitValue(), tail(Files.readAllBytes(output)));
    } catch (IOException e) {
      throw failed(command, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(CliError.INTERRUPTED, command.getFirst(), "interrupted", e);
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
      remove(output);
    }
  }

  private static String tail(byte[] output) {
    int from = Math.max(0, output.length - (64 << 10));
    return new String(output, from, output.length - from, StandardCharsets.UTF_8);
  }

  private static CloisterException failed(List<String> command, String detail) {
    return new CloisterException(CliError.PROGRAM_FAILED, command.getFirst(), detail);
  }

  private static void remove(@org.jspecify.annotations.Nullable Path file) {
    if (file == null) {
      return;
    }
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // A left-over temporary file harms nobody.
    }
  }
}
