package dev.cloister.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** {@code docs/kubernetes.md} is true: its examples are run, its tables are the code's. */
class DocumentationTest {

  private static final Path PAGE = Path.of("../docs/kubernetes.md");
  private static final Path EXAMPLE = Path.of("../examples/kv/kv.yaml");

  /** A block of YAML and the error that follows it, or nothing. */
  private record Example(String yaml, String error) {}

  private static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    String[] blocks = Files.readString(PAGE).split("```", -1);
    for (int i = 1; i < blocks.length; i += 2) {
      if (blocks[i].startsWith("yaml\n")) {
        boolean error = i + 2 < blocks.length && blocks[i + 2].startsWith("text\nCL-KUB");
        examples.add(
            new Example(blocks[i].substring(5), error ? blocks[i + 2].substring(5).strip() : ""));
      }
    }
    return examples;
  }

  @TestFactory
  Stream<DynamicTest> runsEachExample() throws IOException {
    return examples().stream()
        .map(example ->
            DynamicTest.dynamicTest(
                example.error().isEmpty() ? "derives" : example.error(), () -> run(example)));
  }

  private static void run(Example example) {
    if (example.error().isEmpty()) {
      assertThat(Samples.generate(example.yaml()).workloads()).isNotEmpty();
    } else {
      assertThatThrownBy(() -> Samples.generate(example.yaml())).hasMessage(example.error());
    }
  }

  @Test
  void listsEveryFieldWithItsHandling() throws IOException {
    assertSection("\n## Fields\n\n", fields());
  }

  private static String fields() {
    StringBuilder out = new StringBuilder();
    out.append("| type | measured | left to the host, listed in the report | refused |\n");
    out.append("| --- | --- | --- | --- |\n");
    for (String type : FieldTable.standard().types()) {
      Map<Handling, List<String>> fields = new TreeMap<>();
      FieldTable.standard()
          .of(type)
          .values()
          .forEach(rule ->
              fields.computeIfAbsent(rule.handling(), _ -> new ArrayList<>()).add(rule.field()));
      out.append("| ").append(type).append(" |");
      for (Handling handling : Handling.values()) {
        out.append(' ').append(String.join(" ", fields.getOrDefault(handling, List.of())));
        out.append(" |");
      }
      out.append('\n');
    }
    return out.toString();
  }

  @Test
  void listsEveryWarning() throws IOException {
    StringBuilder out = new StringBuilder("| code | meaning |\n| --- | --- |\n");
    for (WarningCode code : WarningCode.values()) {
      out.append("| ").append(code.code()).append(" | ").append(code.meaning()).append(" |\n");
    }
    assertSection("\n## Warnings\n\n", out.append('\n').toString());
  }

  private static void assertSection(String title, String text) throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(title) + title.length();
    int end = page.indexOf("## ", begin) < 0 ? page.length() : page.indexOf("## ", begin);
    if (System.getProperty("golden.write") != null) {
      page = page.substring(0, begin) + text + page.substring(end);
      Files.writeString(PAGE, page);
      end = begin + text.length();
    }
    assertThat(page.substring(begin, end)).isEqualTo(text);
  }

  @Test
  void derivesTheExampleOfTheRepository() throws IOException {
    Generation generation = Samples.generate(Files.readString(EXAMPLE));
    assertThat(generation.workloads()).isNotEmpty();
    assertThat(Samples.generator().generate(generation.files()).files())
        .isEqualTo(generation.files());
  }
}
