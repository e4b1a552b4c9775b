package dev.cloister.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditReportTest {

  private static AuditReport report(String yaml) {
    Generation generation = Samples.generate(yaml);
    return AuditReport.of(generation.workloads().getFirst(), generation.inputs());
  }

  @Test
  void statesCountsSoThatOneMoreIsNoticed() {
    String page = report(Samples.podWith()).firstPage();
    assertThat(page)
        .contains("1 RUNS   1 container; nothing else can be started")
        .contains("5 OPEN POINTS   4\n")
        .contains("4 open points: 1 W-MEMORY, 1 W-SATOKEN, 1 W-SERVICELINKS, 1 W-TAG");
  }

  @Test
  void saysNothingIsOpenWhereNothingIs() {
    String page =
        report(
                Samples.podSpec("automountServiceAccountToken: false", "enableServiceLinks: false")
                    .replace("tool:1", "tool@sha256:" + "0".repeat(64))
                    .replace("    image", "    resources: {limits: {memory: 1Mi}}\n    image"))
            .firstPage();
    assertThat(page).contains("To decide  nothing").contains("5 OPEN POINTS   0");
  }

  @Test
  void theTextBeginsWithTheFirstPage() {
    AuditReport report = report(Samples.podWith());
    assertThat(report.text()).startsWith(report.firstPage());
    assertThat(report.firstPage().lines().count()).isLessThan(60);
  }

  @Test
  void theJsonHasTheSameCodesAndPoints() {
    AuditReport report = report(Samples.podWith("stdin: true"));
    Json.Obj json = report.toJson();
    assertThat(JsonParser.parse(Bytes.ofUtf8(report.json()), new JsonBudget(1 << 20, 20, 10_000)))
        .isEqualTo(json);
    for (WarningCode code : List.of(WarningCode.STDIN, WarningCode.TAG, WarningCode.MEMORY)) {
      assertThat(report.text()).contains("  " + code.code() + " ");
      assertThat(report.json()).contains("\"code\": \"" + code.code() + "\"");
    }
  }

  @Test
  void claimsNothingThatTheHostCan() {
    String closed = report(Samples.podWith()).firstPage();
    assertThat(closed)
        .contains("run any other command")
        .contains("; read logs;")
        .contains("write to a container's input")
        .contains("let anyone connect to the pod");
    String open =
        report(
                Samples.podWith("stdin: true", "livenessProbe: {exec: {command: [ok]}}")
                    .replace(
                        "name: web",
                        "name: web\n  annotations:\n    cloister.dev/inbound: '80: plain'\n"
                            + "    cloister.dev/logs: host"))
            .firstPage();
    assertThat(open)
        .contains("run any command but those above")
        .contains("in main: ok (livenessProbe, exit code only)")
        .contains("see        standard output of main")
        .contains("write      standard input of main")
        .contains("reach      port 80/tcp")
        .doesNotContain("read logs")
        .doesNotContain("write to a container's input")
        .doesNotContain("let anyone connect");
  }

  @Test
  void showsNoCharacterThatMovesATerminal() {
    String text =
        report(Samples.podWith("args: [\"\\e[2J\", \"\\u202Ex\", \"a b\", \"\", \"\\x9b\"]"))
            .text();
    assertThat(text)
        .contains("\"\\u001b[2J\" \"\\u202ex\" \"a b\" \"\" \"\\u009b\"")
        .doesNotContain("\u001b")
        .doesNotContain("\u202e")
        .doesNotContain("\u009b");
  }

  @Test
  void showsNoLineBreakOfAPath() {
    String text = report(Samples.podWith("terminationMessagePath: \"/tmp/x\"")).text();
    assertThat(text).doesNotContain("\t").doesNotContain("\r");
  }
}
