package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyErrorTest {

  @Test
  void explainsEveryCodeInTheDocumentation() throws IOException {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("docs/policy.md"))) {
      directory = Objects.requireNonNull(directory.getParent(), "docs/policy.md");
    }
    String text = Files.readString(directory.resolve("docs/policy.md"));
    Set<String> codes = new HashSet<>();
    for (PolicyError error : PolicyError.values()) {
      assertThat(codes.add(error.code())).as(error.code()).isTrue();
      assertThat(text)
          .contains(
              "| `" + error.code() + "` | " + error.meaning() + " | " + error.remedy() + " |");
    }
  }
}
