package dev.cloister.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What small files become, to the letter: policies, warnings, ignored fields, origins of variables.
 * With the system property {@code golden.write} set, the expectations are written anew, to be read
 * and judged as a change.
 */
class GoldenTest {

  private static final Path FOLDER = Path.of("src/test/resources/golden");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arguments",
        "controllers",
        "deployment",
        "environment",
        "network",
        "order",
        "probes",
        "resources",
        "security",
        "terminal",
        "users",
        "volumes"
      })
  void derivesWhatIsExpected(String name) throws IOException {
    Generation generation = generate(name);
    List<Json> reports = new ArrayList<>();
    for (GeneratedWorkload workload : generation.workloads()) {
      reports.add(AuditReport.of(workload, generation.inputs()).toJson());
    }
    assertGolden(name + ".json", JsonWriter.pretty(Json.of(reports)));
  }

  @Test
  void writesTheReportForReaders() throws IOException {
    Generation generation = generate("deployment");
    assertGolden(
        "deployment.report.txt",
        AuditReport.of(generation.workloads().getFirst(), generation.inputs()).text());
  }

  @Test
  void writesTheYamlBack() throws IOException {
    Generation generation = generate("deployment");
    String initdata = generation.workloads().getFirst().initdata().document().toBase64();
    assertGolden(
        "deployment.annotated.txt",
        generation.files().getFirst().content().toUtf8().replace(initdata, "INITDATA"));
  }

  private static Generation generate(String name) throws IOException {
    Bytes yaml = Bytes.of(Files.readAllBytes(FOLDER.resolve(name + ".yaml")));
    return Samples.generator().generate(List.of(new SourceFile(name + ".yaml", yaml)));
  }

  private static void assertGolden(String file, String text) throws IOException {
    Path path = FOLDER.resolve(file);
    if (System.getProperty("golden.write") != null) {
      Files.writeString(path, text);
    }
    assertThat(text).isEqualTo(Files.readString(path));
  }
}
