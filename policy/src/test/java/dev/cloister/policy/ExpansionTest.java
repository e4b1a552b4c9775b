package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {

  private static final Map<String, Template> KNOWN =
      Map.of(
          "A", Template.of("1"),
          "EMPTY", Template.EMPTY,
          "DOLLAR", Template.of("$(A)"),
          "IP", Template.of(PodFact.POD_IP));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "plain;plain",
        "$(A);1",
        "x$(A)y$(A)z;x1y1z",
        "$$(A);$(A)",
        "$$$(A);$1",
        "$$$$(A);$$(A)",
        "$(NONE);$(NONE)",
        "$(A;$(A",
        "$(A$(A);$(A$(A)",
        "$;$",
        "a$;a$",
        "$x$(A);$x1",
        "$$;$",
        "$();$()",
        "x$(EMPTY)y;xy",
        "$(DOLLAR);$(A)",
        "$(NONE)$(A);$(NONE)1"
      })
  void expandsAsKubernetesDoes(String text, String expected) {
    assertThat(Expansion.expand(text, KNOWN)).isEqualTo(Template.of(expected));
  }

  @Test
  void keepsFactsInTheirPlaces() {
    Template template = Expansion.expand("http://$(IP):80/$$x", KNOWN);
    assertThat(template.parts())
        .isEqualTo(
            List.of(
                new TemplatePart.Literal("http://"),
                new TemplatePart.Dynamic(PodFact.POD_IP),
                new TemplatePart.Literal(":80/$x")));
    assertThat(template.toString()).isEqualTo("http://${podIP}:80/$x");
  }

  @Test
  void neverExpandsWhatAFactHolds() {
    PodFacts facts =
        new PodFacts(
            "$(A)", "n", "u", "node", "h", List.of(IpAddress.parse("10.0.0.1")), List.of());
    assertThat(Template.of(PodFact.POD_NAME).render(facts)).isEqualTo("$(A)");
  }

  @Test
  void refusesValuesThatGrowBeyondWhatLinuxTakes() {
    Map<String, Template> known = new HashMap<>(Map.of("V", Template.of("x".repeat(70_000))));
    assertThatThrownBy(() -> Expansion.expand("$(V)$(V)", known))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(PolicyError.VALUE));
  }
}
