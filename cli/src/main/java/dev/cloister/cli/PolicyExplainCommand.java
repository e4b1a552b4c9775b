package dev.cloister.cli;

import dev.cloister.encoding.Json;
import dev.cloister.kubernetes.AuditReport;
import dev.cloister.kubernetes.Generation;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code cloister policy explain}: the audit report. */
@CommandLine.Command(
    name = "explain",
    description = {
      "Prints the audit report of each pod template: what runs, what the host can see, choose and"
          + " reach, what is open and why, where each variable comes from, and what of the YAML is"
          + " not part of the policy. Writes nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  cloister policy explain app.yaml", "  cloister policy explain app.yaml -o json"})
final class PolicyExplainCommand extends Command {

  private final Locations locations;

  @Mixin private YamlOptions yaml = new YamlOptions();

  PolicyExplainCommand(Terminal terminal, Locations locations) {
    super(terminal);
    this.locations = locations;
  }

  @Override
  protected ExitCode run() {
    Generation generation = yaml.derive(terminal(), locations);
    List<AuditReport> reports =
        generation.workloads().stream()
            .map(workload -> AuditReport.of(workload, generation.inputs()))
            .toList();
    if (json()) {
      terminal().print(Json.of(reports.stream().map(AuditReport::toJson).toList()));
    } else {
      reports.forEach(report -> terminal().print(report.text()));
    }
    return ExitCode.DONE;
  }
}
