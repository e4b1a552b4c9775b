package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How long programs take. */
final class Timing {

  private static final long LIMIT_MINUTES = 20;

  private Timing() {}

  /**
   * Runs a program to its end; what it prints goes to a file, or nowhere.
   *
   * @return seconds
   * @throws CloisterException where it does not end with code 0
   */
  static double seconds(Map<String, String> environment, Path output, List<String> command) {
    ProcessBuilder program = new ProcessBuilder(command);
    program.environment().putAll(environment);
    program.redirectInput(new File("/dev/null"));
    program.redirectOutput(output.toFile());
    program.redirectError(
        output.equals(Path.of("/dev/null"))
            ? ProcessBuilder.Redirect.DISCARD
            : ProcessBuilder.Redirect.INHERIT);
    try {
      long start = System.nanoTime();
      Process process = program.start();
      boolean ended = process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
      double seconds = (System.nanoTime() - start) / 1e9;
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new CloisterException(
            E2eError.STEP_FAILED, String.join(" ", command), ended ? "it failed" : "no end");
      }
      return seconds;
    } catch (IOException e) {
      throw Stage.failed(command.getFirst(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(E2eError.STEP_FAILED, command.getFirst(), "interrupted", e);
    }
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
  }
}
