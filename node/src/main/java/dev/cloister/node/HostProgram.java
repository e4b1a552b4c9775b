package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Runs a short program of the host: no shell, a time limit, bounded output. Blocks the calling
 * thread.
 */
final class HostProgram {

  private static final int MAX_OUTPUT = 256 << 10;
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL", "C");

  private HostProgram() {}

  /** What a program said. */
  record Output(int code, String out, String err) {
    /** The first sensible text of it, for messages. */
    String message() {
      String text = err.isBlank() ? out : err;
      return text.isBlank() ? "exit code " + code : text.strip();
    }
  }

  static Output run(NodeThreads threads, List<String> command, String input, Duration limit) {
    return run(threads, command, Map.of(), input, limit);
  }

  /**
   * @throws CloisterException with {@link NodeError#PROGRAM_MISSING} or, where it does not end in
   *     time, {@link NodeError#PROGRAM_FAILED}; another exit code than 0 is not a failure here
   */
  static Output run(
      NodeThreads threads,
      List<String> command,
      Map<String, String> extra,
      String input,
      Duration limit) {
    Process process = start(command, extra);
    FutureTask<String> out = threads.task("out", () -> read(process.getInputStream()));
    FutureTask<String> err = threads.task("err", () -> read(process.getErrorStream()));
    try {
      feed(process, input);
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new CloisterException(
            NodeError.PROGRAM_FAILED,
            command.getFirst(),
            "did not end in " + limit.toSeconds() + " s: " + String.join(" ", command));
      }
      return new Output(
          process.exitValue(),
          out.get(limit.toMillis(), TimeUnit.MILLISECONDS),
          err.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(
          NodeError.PROGRAM_FAILED, command.getFirst(), "was interrupted", e);
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new CloisterException(
          NodeError.PROGRAM_FAILED, command.getFirst(), "its output could not be read", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** As {@link #run}, where any other exit code than 0 is the failure {@code error}. */
  static String require(
      NodeThreads threads, NodeError error, List<String> command, String input, Duration limit) {
    Output output = run(threads, command, input, limit);
    if (output.code() != 0) {
      throw new CloisterException(
          error, command.getFirst(), output.message() + " (" + String.join(" ", command) + ")");
    }
    return output.out();
  }

  /** Whether a program of this name is in the search path. */
  static boolean exists(String program) {
    return find(program).isPresent();
  }

  /** The absolute path of a program, by name or path. */
  static Path require(String program) {
    return find(program)
        .orElseThrow(() ->
            new CloisterException(
                NodeError.PROGRAM_MISSING, program, "not found or not executable"));
  }

  private static Optional<Path> find(String program) {
    if (program.startsWith("/")) {
      return Optional.of(Path.of(program)).filter(Files::isExecutable);
    }
    for (String directory : ENVIRONMENT.getOrDefault("PATH", "").split(":", -1)) {
      Path file = Path.of(directory, program);
      if (Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static Process start(List<String> command, Map<String, String> extra) {
    require(command.getFirst());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(ENVIRONMENT);
    builder.environment().putAll(extra);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new CloisterException(
          NodeError.PROGRAM_FAILED, command.getFirst(), String.valueOf(e.getMessage()), e);
    }
  }

  private static void feed(Process process, String input) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException _) {
      // It ended without reading its input: its exit code and message tell why.
    }
  }

  private static String read(InputStream stream) throws IOException {
    byte[] bytes = stream.readNBytes(MAX_OUTPUT);
    stream.skip(Long.MAX_VALUE);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
