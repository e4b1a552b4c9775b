package dev.cloister.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files that were changed at random or on purpose neither crash nor lose a measured field. */
class MutationTest {

  private static final Path FOLDER = Path.of("src/test/resources/golden");

  /**
   * What changes neither policy nor report: names for others, what is not applied, what is checked
   * while generating and holds, files of volumes that are read-only in any case, names of what is
   * absent.
   */
  private static final Pattern WITHOUT_EFFECT =
      Pattern.compile(
          "Service\\..*|ConfigMap\\.data\\.index.html"
              + "|.*metadata\\.labels\\..*|.*metadata\\.annotations\\.owner"
              + "|.*\\.seLinuxOptions\\..*|.*\\.containers\\.[0-9]+\\.ports\\.[0-9]+\\.name"
              + "|.*\\.runAsNonRoot|Pod\\.spec\\.containers\\.0\\.volumeMounts\\.5\\.readOnly"
              + "|Pod\\.spec\\.containers\\.0\\.env\\.6\\.name"
              + "|ConfigMap\\.metadata\\.annotations\\..*|NetworkPolicy\\..*");

  private static List<SourceFile> files() throws IOException {
    try (Stream<Path> paths = Files.list(FOLDER)) {
      List<SourceFile> files = new ArrayList<>();
      for (Path path : paths.filter(path -> path.toString().endsWith(".yaml")).sorted().toList()) {
        files.add(new SourceFile("pod.yaml", Bytes.of(Files.readAllBytes(path))));
      }
      return files;
    }
  }

  @Test
  void neverCrashesOnRandomChanges() throws IOException {
    Random random = new Random(20_260_824);
    List<SourceFile> files = files();
    int derived = 0;
    for (int i = 0; i < 4000; i++) {
      String text = files.get(random.nextInt(files.size())).content().toUtf8();
      StringBuilder changed = new StringBuilder(text);
      int changes = 1 + random.nextInt(4);
      for (int change = 0; change < changes; change++) {
        mutate(changed, random);
      }
      derived += outcome(changed.toString()).startsWith("[") ? 1 : 0;
    }
    assertThat(derived).isBetween(200, 3600);
  }

  private static void mutate(StringBuilder text, Random random) {
    String pieces = ":-{}[]'\"&*#|>!?%@`, \n\t\\x0~\u0000\u2028😀";
    int at = random.nextInt(text.length());
    switch (random.nextInt(5)) {
      case 0 -> text.deleteCharAt(at);
      case 1 -> text.insert(at, pieces.charAt(random.nextInt(pieces.length())));
      case 2 -> text.setCharAt(at, pieces.charAt(random.nextInt(pieces.length())));
      case 3 -> {
        int from = text.lastIndexOf("\n", at) + 1;
        int to = text.indexOf("\n", at) + 1;
        String line = text.substring(from, Math.max(from, to));
        text.insert(text.lastIndexOf("\n", random.nextInt(text.length())) + 1, line);
      }
      default -> {
        int from = text.lastIndexOf("\n", at) + 1;
        text.delete(from, Math.max(from, text.indexOf("\n", at) + 1));
      }
    }
    if (text.isEmpty()) {
      text.append('x');
    }
  }

  @Test
  void neverLosesAFieldThatIsMeasured() throws IOException {
    List<String> lost = new ArrayList<>();
    int changed = 0;
    for (SourceFile file : files()) {
      String text = file.content().toUtf8();
      String before = outcome(text);
      assertThat(before).startsWith("[");
      Set<String> ignored = ignored(text);
      YamlDocuments documents = YamlDocuments.parse(file, YamlBudget.FILE);
      List<Leaf> leaves = new ArrayList<>();
      for (YamlNode document : documents.documents()) {
        collect(document, "", leaves);
      }
      for (Leaf leaf : leaves) {
        if (!WITHOUT_EFFECT.matcher(leaf.path()).matches() && !isBelow(leaf, ignored)) {
          changed++;
          if (outcome(with(text, leaf.scalar())).equals(before)) {
            lost.add(leaf.path() + " at " + leaf.scalar().place().at());
          }
        }
      }
    }
    assertThat(lost).isEmpty();
    assertThat(changed).isGreaterThan(250);
  }

  private record Leaf(String path, YamlNode.Scalar scalar) {}

  private static void collect(YamlNode node, String path, List<Leaf> leaves) {
    switch (node) {
      case YamlNode.Scalar scalar -> {
        if (!scalar.text().isEmpty() && scalar.place().form() != YamlNode.Form.ALIASED) {
          leaves.add(new Leaf(path, scalar));
        }
      }
      case YamlNode.Sequence sequence -> {
        for (int i = 0; i < sequence.elements().size(); i++) {
          collect(sequence.elements().get(i), path + "." + i, leaves);
        }
      }
      case YamlNode.Mapping mapping -> {
        YamlNode.Entry kind = mapping.entries().get("kind");
        String prefix = path;
        if (kind != null && kind.value() instanceof YamlNode.Scalar name) {
          prefix = name.text();
        }
        for (var entry : mapping.entries().entrySet()) {
          collect(entry.getValue().value(), prefix + "." + entry.getKey(), leaves);
        }
      }
    }
  }

  /** Places of ignored fields: what lies in their lines and below is the host's. */
  private static Set<String> ignored(String text) {
    Set<String> paths = new HashSet<>();
    for (GeneratedWorkload workload : Samples.generate(text).workloads()) {
      workload
          .ignored()
          .forEach(field -> paths.add(field.path().replace("[", ".").replace("]", "")));
    }
    return paths;
  }

  private static boolean isBelow(Leaf leaf, Set<String> ignored) {
    String path = leaf.path().substring(leaf.path().indexOf('.') + 1);
    return ignored.stream().anyMatch(field -> (path + ".").startsWith(field + "."));
  }

  /** The text with another value of the same type in one place. */
  private static String with(String text, YamlNode.Scalar scalar) {
    YamlNode.Place place = scalar.place();
    String written = text.substring(place.start(), place.end());
    String other =
        switch (scalar.value()) {
          case YamlValue.Bool bool -> Boolean.toString(!bool.value());
          case YamlValue.Int number -> Long.toString(number.value() + 1);
          case YamlValue.Decimal number -> "1" + number.written();
          case YamlValue.Null _ -> "x";
          case YamlValue.Text _ -> changedText(scalar, written);
        };
    return text.substring(0, place.start()) + other + text.substring(place.end());
  }

  private static String changedText(YamlNode.Scalar scalar, String written) {
    return switch (scalar.style()) {
      case PLAIN -> written + "x";
      case TEXT -> written.substring(0, written.length() - 1) + "x" + written.charAt(0);
      case LINES -> written.stripTrailing() + "x\n";
    };
  }

  /** The reports without the digest of the inputs, or the code of the refusal. */
  private static String outcome(String text) {
    try {
      Generation generation = Samples.generate(text);
      List<Json> reports = new ArrayList<>();
      for (GeneratedWorkload workload : generation.workloads()) {
        Json.Obj report = AuditReport.of(workload, List.of()).toJson();
        assertThat(AuditReport.of(workload, List.of()).text()).isNotEmpty();
        reports.add(report);
      }
      return JsonWriter.canonical(Json.of(reports));
    } catch (CloisterException e) {
      assertThat(e.code().kind()).as(e.getMessage()).isNotEqualTo(ErrorCode.Kind.INTERNAL);
      assertThat(e.code().code()).as(e.getMessage()).startsWith("CL-KUB-");
      return e.code().code();
    }
  }
}
