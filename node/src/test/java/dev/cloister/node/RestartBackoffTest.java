package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartBackoffTest {

  private static final Duration SHORT = Duration.ofSeconds(1);

  @Test
  void doublesFromTenSecondsToFiveMinutes() {
    RestartBackoff backoff = new RestartBackoff();
    assertThat(backoff.after(SHORT)).isZero();
    for (int seconds : new int[] {10, 20, 40, 80, 160, 300, 300}) {
      assertThat(backoff.after(SHORT)).isEqualTo(Duration.ofSeconds(seconds));
    }
  }

  @Test
  void forgetsAfterTenMinutesOfRunning() {
    RestartBackoff backoff = new RestartBackoff();
    backoff.after(SHORT);
    backoff.after(SHORT);
    assertThat(backoff.after(Duration.ofMinutes(10))).isZero();
  }
}
