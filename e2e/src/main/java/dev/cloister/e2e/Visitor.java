package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Somebody who asks for the same page again and again, on one connection. For one thread. */
final class Visitor implements AutoCloseable {

  private static final int CALLS = 100_000;
  private static final String GOOD = "200";

  private final Process process;

  private Visitor(Process process) {
    this.process = process;
  }

  /**
   * Begins to ask, four times a second.
   *
   * @param call the arguments of curl, the address last
   */
  static Visitor comes(List<String> call) {
    List<String> command =
        new ArrayList<>(List.of("curl", "-sS", "--rate", "4/s", "-o", "/dev/null"));
    // Standard error has no buffer that would be lost when curl is ended.
    command.addAll(List.of("-w", "%{stderr}%{http_code} %{num_connects}\\n"));
    command.addAll(call.subList(0, call.size() - 1));
    command.add(call.getLast() + "?[1-" + CALLS + "]");
    try {
      return new Visitor(new ProcessBuilder(command).redirectErrorStream(true).start());
    } catch (IOException e) {
      throw Stage.failed("curl", e);
    }
  }

  /** Stops asking; says how often it was answered, which must be each time. */
  String leaves() {
    boolean alive = process.isAlive();
    // Process.destroy would close the stream that is read next.
    process.toHandle().destroy();
    int answered = 0;
    int connections = 0;
    for (String line : lines()) {
      String[] words = line.split(" ", -1);
      if (words.length != 2 || !words[0].equals(GOOD)) {
        throw new CloisterException(E2eError.STEP_FAILED, "a visitor's call", line);
      }
      answered++;
      connections += Integer.parseInt(words[1]);
    }
    if (!alive || answered == 0) {
      throw new CloisterException(E2eError.STEP_FAILED, "a visitor", answered + " answers");
    }
    return answered + " calls of a visitor meanwhile, " + connections + " connection, none failed";
  }

  private List<String> lines() {
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    } catch (IOException e) {
      throw Stage.failed("curl", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
