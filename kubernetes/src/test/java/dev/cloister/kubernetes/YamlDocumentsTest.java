package dev.cloister.kubernetes;

import static dev.cloister.kubernetes.Samples.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlDocumentsTest {

  private static YamlDocuments parse(String text) {
    return YamlDocuments.parse(SourceFile.of("a.yaml", text), YamlBudget.FILE);
  }

  private static YamlNode.Entry entry(YamlNode.Mapping mapping, String key) {
    return Objects.requireNonNull(mapping.entries().get(key));
  }

  @Test
  void keepsThePlaceOfEachNode() {
    YamlDocuments file = parse("# comment\na:\n  - b: 'c'\n");
    YamlNode.Mapping root = (YamlNode.Mapping) file.documents().getFirst();
    YamlNode.Sequence list = (YamlNode.Sequence) entry(root, "a").value();
    YamlNode.Mapping item = (YamlNode.Mapping) list.elements().getFirst();
    YamlNode.Entry entry = entry(item, "b");
    assertThat(entry.key().place().at()).hasToString("a.yaml:3:5");
    assertThat(entry.value().place().at()).hasToString("a.yaml:3:8");
    YamlNode.Place place = entry.value().place();
    assertThat(file.text().substring(place.start(), place.end())).isEqualTo("'c'");
  }

  @Test
  void countsPlacesBehindCharactersOfTwoUnits() {
    YamlDocuments file = parse("a: \"😀😀\"\nb: x\n");
    YamlNode.Mapping root = (YamlNode.Mapping) file.documents().getFirst();
    YamlNode.Place place = entry(root, "b").value().place();
    assertThat(file.text().substring(place.start(), place.end())).isEqualTo("x");
  }

  @Test
  void skipsEmptyDocumentsAndTheByteOrderMark() {
    assertThat(parse("\uFEFF---\n# nothing\n---\na: 1\n---\n...\n").documents()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "yes, true",
    "Yes, true",
    "y, true",
    "on, true",
    "TRUE, true",
    "no, false",
    "off, false",
    "N, false"
  })
  void readsTruthValuesAsKubernetesDoes(String word, boolean value) {
    assertThat(YamlValue.ofPlain(word)).isEqualTo(new YamlValue.Bool(value));
  }

  @ParameterizedTest
  @CsvSource({
    "0644, 420",
    "0o644, 420",
    "0x1F, 31",
    "0b101, 5",
    "1_000, 1000",
    "-12, -12",
    "+7, 7",
    "0, 0",
    "-0x10, -16"
  })
  void readsNumbersAsKubernetesDoes(String text, long value) {
    assertThat(YamlValue.ofPlain(text)).isEqualTo(new YamlValue.Int(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "089", "1e3", ".5", "-.inf", "99999999999999999999", "1.", "0e3"})
  void readsOtherNumbersAsNumbers(String text) {
    assertThat(YamlValue.ofPlain(text)).isInstanceOf(YamlValue.Decimal.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yES",
        "1:30",
        "2024-01-31",
        "0x",
        "0xg",
        "1.2.3",
        "-",
        "+",
        "tRue",
        "10.0.0.1",
        "1_0.x"
      })
  void readsEverythingElseAsText(String text) {
    assertThat(YamlValue.ofPlain(text)).isEqualTo(new YamlValue.Text(text));
  }

  @Test
  void refusesAKeyThatStandsTwice() {
    assertRefused(
        KubernetesError.YAML_DUPLICATE_KEY, "a.yaml:3:3", () -> parse("a:\n  b: 1\n  b: 2\n"));
  }

  @Test
  void refusesTabsAndSaysSo() {
    assertRefused(KubernetesError.YAML_SYNTAX, "a.yaml:2:1", "a tab", () -> parse("a:\n\tb: 1\n"));
  }

  @Test
  void refusesWhatIsNotYaml() {
    assertRefused(KubernetesError.YAML_SYNTAX, "a.yaml:2:2", () -> parse("a: [1\nb: 2\n"));
  }

  @Test
  void refusesWhatIsNotUtf8() {
    SourceFile file = new SourceFile("a.yaml", Bytes.ofHex("61ff"));
    assertRefused(
        KubernetesError.YAML_SYNTAX, "a.yaml", () -> YamlDocuments.parse(file, YamlBudget.FILE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: !!binary AAEC\n",
        "a: !custom x\n",
        "a: !!map {}\n",
        "a: &x {b: 1}\nc: {<<: *x}\n",
        "? [a]\n: b\n",
        "a: \"\\ud800\"\n",
        "a: x\u2028\n",
        "a: x\u0085\n"
      })
  void refusesPartsOfYamlThatAreReadDifferently(String text) {
    Samples.assertCode(KubernetesError.YAML_UNSUPPORTED, () -> parse(text));
  }

  @Test
  void takesAQuotedMergeKeyForAName() {
    assertThat(parse("'<<': x\n").documents()).hasSize(1);
  }

  @Test
  void refusesAnAliasWithoutAnchorAndOneIntoItself() {
    Samples.assertCode(KubernetesError.YAML_SYNTAX, () -> parse("a: *x\n"));
    Samples.assertCode(KubernetesError.YAML_SYNTAX, () -> parse("a: &x [*x]\n"));
    Samples.assertCode(KubernetesError.YAML_SYNTAX, () -> parse("a: &x 1\n---\nb: *x\n"));
  }

  @Test
  void refusesABombOfAliases() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      String alias = "*a" + (i - 1);
      bomb.append("a").append(i).append(": &a").append(i).append(" [");
      bomb.append(String.join(", ", java.util.Collections.nCopies(10, alias))).append("]\n");
    }
    Samples.assertCode(KubernetesError.YAML_BUDGET, () -> parse(bomb.toString()));
  }

  @Test
  void refusesMoreThanItsBudgets() {
    String deep = "[".repeat(65) + "]".repeat(65);
    Samples.assertCode(KubernetesError.YAML_BUDGET, () -> parse(deep));
    assertThat(parse("[".repeat(64) + "]".repeat(64)).documents()).hasSize(1);
    Samples.assertCode(KubernetesError.YAML_BUDGET, () -> parse("--- a\n".repeat(1001)));
    YamlBudget small = new YamlBudget(10, 4, 3, 1);
    assertRefused(
        KubernetesError.YAML_BUDGET,
        "a.yaml",
        () -> YamlDocuments.parse(SourceFile.of("a.yaml", "a: 01234567"), small));
    assertRefused(
        KubernetesError.YAML_BUDGET,
        "a.yaml:1:7",
        () -> YamlDocuments.parse(SourceFile.of("a.yaml", "[a, b,c]"), small));
  }
}
