package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Programs of the host, as whoever owns it runs them. */
final class HostTool {

  private HostTool() {}

  /** Runs a program that must succeed; gives what it printed. */
  static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new CloisterException(E2eError.STEP_FAILED, command.getFirst(), said);
      }
      return said;
    } catch (IOException e) {
      throw Stage.failed(command.getFirst(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(E2eError.STEP_FAILED, command.getFirst(), "interrupted", e);
    }
  }

  /** The same, the last words in a list of their own. */
  static String run(String program, String verb, String object, List<String> words) {
    return run(Stream.concat(Stream.of(program, verb, object), words.stream()).toList());
  }
}
