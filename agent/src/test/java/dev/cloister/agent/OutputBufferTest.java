package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class OutputBufferTest {

  private static void add(OutputBuffer buffer, String text) throws InterruptedException {
    buffer.add(text.getBytes(StandardCharsets.UTF_8), text.length());
  }

  private static String rest(OutputBuffer buffer) throws InterruptedException {
    StringBuilder all = new StringBuilder();
    byte[] piece = new byte[3];
    int got = buffer.take(piece, () -> false);
    while (got >= 0) {
      all.append(new String(piece, 0, got, StandardCharsets.UTF_8));
      got = buffer.take(piece, () -> false);
    }
    return all.toString();
  }

  @Test
  void givesWhatWasAddedAndThenTheEnd() throws InterruptedException {
    OutputBuffer buffer = new OutputBuffer(10_000, false);
    String text = "0123456789".repeat(900);
    add(buffer, text);
    buffer.end();
    assertThat(rest(buffer)).isEqualTo(text);
  }

  @Test
  void dropsTheOldestWhereTheContainerMayNotWait() throws InterruptedException {
    OutputBuffer buffer = new OutputBuffer(8, true);
    add(buffer, "abcdef");
    add(buffer, "ghij");
    buffer.end();
    assertThat(rest(buffer)).isEqualTo("cdefghij");
  }

  @Test
  void keepsTheLatestOfAPieceLargerThanItself() throws InterruptedException {
    OutputBuffer buffer = new OutputBuffer(4, true);
    add(buffer, "abcdefgh");
    buffer.end();
    assertThat(rest(buffer)).isEqualTo("efgh");
  }

  @Test
  void makesTheWriterWaitWhereNothingMayBeLost() throws InterruptedException {
    OutputBuffer buffer = new OutputBuffer(4, false);
    add(buffer, "abcd");
    Thread writer =
        AgentThreads.start(
            "writer",
            () -> {
              try {
                add(buffer, "efgh");
                buffer.end();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    writer.join(50);
    assertThat(writer.isAlive()).isTrue();
    assertThat(rest(buffer)).isEqualTo("abcdefgh");
  }

  @Test
  void leavesTheBytesForTheNextTakerWhereOneHasGone() throws InterruptedException {
    OutputBuffer buffer = new OutputBuffer(100, true);
    add(buffer, "abcd");
    assertThat(buffer.take(new byte[10], () -> true)).isEqualTo(-1);
    buffer.end();
    assertThat(rest(buffer)).isEqualTo("abcd");
  }

  @Test
  void anAbandonedBufferStopsNobody() throws InterruptedException {
    OutputBuffer buffer = new OutputBuffer(4, false);
    buffer.abandon();
    add(buffer, "abcdefgh");
    assertThat(rest(buffer)).isEmpty();
  }
}
