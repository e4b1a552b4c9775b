package dev.cloister.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TranscriptTest {

  @Test
  void writesEachFieldAfterItsLength() {
    assertThat(Transcript.of("d").add("ab").toBytes().toHex())
        .isEqualTo("000000000000000164" + "00000000000000026162");
  }

  @Test
  void givesDifferentBytesForEveryWayToCutTheSameText() {
    Map<Bytes, List<String>> seen = new HashMap<>();
    String text = "abcdef";
    for (int i = 0; i <= text.length(); i++) {
      for (int j = i; j <= text.length(); j++) {
        List<String> cut = List.of(text.substring(0, i), text.substring(i, j), text.substring(j));
        Transcript transcript = Transcript.of("cut");
        cut.forEach(transcript::add);
        assertThat(seen.put(transcript.toBytes(), cut)).isNull();
      }
    }
  }

  @Test
  void refusesAnEmptyDomain() {
    assertThatThrownBy(() -> Transcript.of("")).isInstanceOf(IllegalArgumentException.class);
  }
}
