package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Plain curl, as anybody would call a web server. */
final class Curl {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Curl() {}

  /** The answer's body; asked again until the server answers or the time is over. */
  static String run(List<String> arguments) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      Result result = ask(arguments);
      if (result.ok()) {
        return result.body();
      }
      if (System.nanoTime() > deadline) {
        throw new CloisterException(E2eError.STEP_FAILED, arguments.getLast(), result.body());
      }
      Pause.of(Duration.ofMillis(200));
    }
  }

  /** The same, asked only once. */
  static String once(List<String> arguments) {
    Result result = ask(arguments);
    if (!result.ok()) {
      throw new CloisterException(E2eError.STEP_FAILED, arguments.getLast(), result.body());
    }
    return result.body();
  }

  /** Whether a call is answered. */
  static boolean passes(List<String> arguments) {
    return ask(arguments).ok();
  }

  private record Result(boolean ok, String body) {}

  private static Result ask(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("curl", "-sSf", "--max-time", "5"));
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String body =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Result(process.waitFor() == 0, body);
    } catch (IOException e) {
      throw Stage.failed("curl", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(E2eError.STEP_FAILED, "curl", "interrupted", e);
    }
  }

  /** Whether an HTTPS server of any certificate answers, in whatever words. */
  static boolean answers(String address) {
    try {
      return new ProcessBuilder("curl", "-sk", "--max-time", "20", "-o", "/dev/null", address)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      throw Stage.failed("curl", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(E2eError.STEP_FAILED, address, "interrupted", e);
    }
  }

  /** The same for an address alone. */
  static String get(String address) {
    return run(List.of(address));
  }
}
