package dev.cloister.agent;

import dev.cloister.encoding.CloisterException;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of the guest's verified root, run to their end. */
final class Programs {

  private static final long SECONDS = 60;
  private static final int SHOWN = 300;

  private Programs() {}

  /** Runs one; what it says is kept in a file of {@code directory} and told where it fails. */
  static void run(String directory, List<String> command) {
    File output = new File(directory, command.getFirst() + ".out");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(output);
    int code = finish(command.getFirst(), builder);
    if (code != 0) {
      throw failed(command.getFirst(), code, SmallFile.readOrEmpty(output.getPath()));
    }
  }

  /** Starts a process and waits for its end. */
  static int finish(String name, ProcessBuilder builder) {
    Process process = start(name, builder);
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new CloisterException(AgentError.PROGRAM, name, "it did not end in time");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(AgentError.PROGRAM, name, "interrupted", e);
    }
  }

  /** Starts a process with nothing of the agent's environment. */
  static Process start(String name, ProcessBuilder builder) {
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/sbin:/usr/bin");
    try {
      return builder.start();
    } catch (IOException e) {
      throw new CloisterException(AgentError.PROGRAM, name, String.valueOf(e.getMessage()), e);
    }
  }

  static CloisterException failed(String name, int code, String said) {
    String shown = said.length() > SHOWN ? said.substring(0, SHOWN) : said;
    return new CloisterException(AgentError.PROGRAM, name, "code " + code + ": " + shown);
  }
}
