package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import org.junit.jupiter.api.Test;

class ConsoleTest {

  @Test
  void makesTheVerityLineTheReason() {
    String reason =
        Console.explain(
            Bytes.ofUtf8(
                """
                [    1.0] some driver
                [    2.0] device-mapper: verity: 254:0: data block 1 is corrupted
                [    2.1] Kernel panic - not syncing: dm-verity device corrupted
                [    2.2] CPU: 0 PID: 1
                """));
    assertThat(reason)
        .isEqualTo(
            "[    2.0] device-mapper: verity: 254:0: data block 1 is corrupted"
                + " | [    2.1] Kernel panic - not syncing: dm-verity device corrupted");
  }

  @Test
  void givesTheLastLinesWhereNoneIsTelling() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      text.append("line ").append(i).append('\n');
    }
    assertThat(Console.explain(Bytes.ofUtf8(text.toString())))
        .startsWith("line 88 | ")
        .endsWith("line 99");
  }

  @Test
  void letsNoControlCharactersOfTheGuestThrough() {
    assertThat(Console.explain(Bytes.ofUtf8("\u001b[31mred\u001b[0m\u0007 text\r\n")))
        .isEqualTo("red text");
  }
}
