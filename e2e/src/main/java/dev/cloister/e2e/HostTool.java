package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Programs of the host, as whoever owns it runs them. */
final class HostTool {

  private HostTool() {}

  /**
   * How a program ended.
   *
   * @param ok whether it succeeded
   * @param said what it printed on both outputs, without the space around it
   */
  record Ended(boolean ok, String said) {}

  /** Runs a program to its end. */
  static Ended end(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Ended(process.waitFor() == 0, said);
    } catch (IOException e) {
      throw Stage.failed(command.getFirst(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(E2eError.STEP_FAILED, command.getFirst(), "interrupted", e);
    }
  }

  /** Runs a program that must succeed; gives what it printed. */
  static String run(List<String> command) {
    Ended ended = end(command);
    if (!ended.ok()) {
      throw new CloisterException(E2eError.STEP_FAILED, command.getFirst(), ended.said());
    }
    return ended.said();
  }

  /** The same, the last words in a list of their own. */
  static String run(String program, String verb, String object, List<String> words) {
    return run(Stream.concat(Stream.of(program, verb, object), words.stream()).toList());
  }
}
