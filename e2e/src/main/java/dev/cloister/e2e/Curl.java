package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Plain curl, as anybody would call a web server. */
final class Curl {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Curl() {}

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

  /** The answer's body; asked again until the server answers or the time is over. */
  static String get(String address) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        Process process =
            new ProcessBuilder("curl", "-sSf", "--max-time", "5", address)
                .redirectErrorStream(true)
                .start();
        String body =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() == 0) {
          return body;
        }
        if (System.nanoTime() > deadline) {
          throw new CloisterException(E2eError.STEP_FAILED, address, body);
        }
      } catch (IOException e) {
        throw Stage.failed("curl", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CloisterException(E2eError.STEP_FAILED, address, "interrupted", e);
      }
      Pause.of(Duration.ofMillis(200));
    }
  }
}
