package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
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
      HostTool.Ended result = ask(arguments);
      if (result.ok()) {
        return result.said();
      }
      if (System.nanoTime() > deadline) {
        throw new CloisterException(E2eError.STEP_FAILED, arguments.getLast(), result.said());
      }
      Pause.of(Duration.ofMillis(200));
    }
  }

  /** The same for an address alone. */
  static String get(String address) {
    return run(List.of(address));
  }

  /** The same, asked only once. */
  static String once(List<String> arguments) {
    HostTool.Ended result = ask(arguments);
    if (!result.ok()) {
      throw new CloisterException(E2eError.STEP_FAILED, arguments.getLast(), result.said());
    }
    return result.said();
  }

  /** Whether a call is answered. */
  static boolean passes(List<String> arguments) {
    return ask(arguments).ok();
  }

  private static HostTool.Ended ask(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("curl", "-sSf", "--max-time", "5"));
    command.addAll(arguments);
    return HostTool.end(command);
  }

  /** Whether an HTTPS server of any certificate answers, in whatever words. */
  static boolean answers(String address) {
    return HostTool.end(List.of("curl", "-sk", "--max-time", "20", "-o", "/dev/null", address))
        .ok();
  }
}
