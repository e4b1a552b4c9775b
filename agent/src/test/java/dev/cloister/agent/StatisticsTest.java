package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.rpc.AgentSandbox;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatisticsTest {

  @Test
  void readsTheNumberBehindAKeyOfTheKernelsFiles() {
    String memory = "MemTotal:         315000 kB\nMemFree:\t 1234 kB\n";
    assertThat(Statistics.number(memory, "MemTotal:")).isEqualTo(315000);
    assertThat(Statistics.number(memory, "MemFree:")).isEqualTo(1234);
    assertThat(Statistics.number(memory, "MemAvailable:")).isZero();
    assertThat(Statistics.number("", "")).isZero();
    assertThat(Statistics.number("77", "")).isEqualTo(77);
  }

  @Test
  void refusesAFileVolumeThatNamesAFileTwice() {
    AgentSandbox.File file = new AgentSandbox.File("a.conf", Bytes.EMPTY);
    assertThatThrownBy(
            () -> Requests.of(new AgentSandbox.PutFilesRequest("settings", 1, List.of(file, file))))
        .hasMessageStartingWith("CL-AGT-005 files[a.conf]");
  }

  @Test
  void everyErrorHasACodeOfItsOwnAndWords() {
    Set<String> codes = new HashSet<>();
    for (AgentError error : AgentError.values()) {
      assertThat(codes.add(error.code())).as(error.code()).isTrue();
      assertThat(error.code()).matches("CL-AGT-[0-9]{3}");
      assertThat(error.meaning()).endsWith(".");
      assertThat(error.remedy()).endsWith(".");
    }
  }
}
