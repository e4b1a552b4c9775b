package dev.cloister.cli;

import dev.cloister.cli.Prerequisite.Purpose;
import dev.cloister.cli.Prerequisite.State;
import dev.cloister.encoding.Json;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code cloister doctor}: what this machine lacks, and the exact command that fixes each. */
@CommandLine.Command(
    name = "doctor",
    description = {
      "Says what this machine lacks of what Cloister needs, and the exact command that fixes each.",
      "Exit code 0 when nothing is missing, else 3."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister doctor                  everything",
      "  cloister doctor --for run        only what pods and the demo need",
      "  cloister doctor --install        install what is missing (root on Debian)"
    })
final class DoctorCommand extends Command {

  @Option(
      names = "--for",
      paramLabel = "PURPOSE",
      description = "Only what this needs: ${COMPLETION-CANDIDATES}.",
      defaultValue = "test")
  private Purpose purpose = Purpose.test;

  @Option(names = "--install", description = "Install what is missing, saying so.")
  private boolean install;

  DoctorCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    if (install) {
      new Installer(terminal()).bring(purpose);
    }
    List<Prerequisite> all =
        terminal().during("examining this machine", Doctor::examine).stream()
            .filter(p -> p.isFor(purpose))
            .toList();
    if (json()) {
      terminal().print(json(all));
    } else {
      all.forEach(this::show);
      summarize(all);
    }
    return all.stream().anyMatch(Prerequisite::missing) ? ExitCode.ENVIRONMENT : ExitCode.DONE;
  }

  private void show(Prerequisite p) {
    switch (p.state()) {
      case State.Present present -> line("ok", p.name(), present.found());
      case State.Slower slower -> line("slow", p.name(), slower.instead());
      case State.Missing missing -> {
        line("LACKS", p.name(), missing.detail() + ": it " + p.reason());
        line("", "", "fix: " + p.fix());
      }
    }
  }

  private void line(String mark, String name, String text) {
    terminal().print(String.format("%-6s %-22s %s", mark, name, text));
  }

  private void summarize(List<Prerequisite> all) {
    List<String> packages =
        all.stream()
            .filter(Prerequisite::missing)
            .flatMap(p -> p.packages().stream())
            .distinct()
            .toList();
    if (!packages.isEmpty()) {
      terminal().print("");
      terminal().print("All missing packages at once: " + Doctor.aptInstall(packages));
    } else if (all.stream().noneMatch(Prerequisite::missing)) {
      terminal().print("");
      terminal().print("Nothing is missing.");
    }
  }

  private static Json json(List<Prerequisite> all) {
    return Json.object()
        .put("ok", all.stream().noneMatch(Prerequisite::missing))
        .put("prerequisites", Json.of(all.stream().map(DoctorCommand::json).toList()))
        .build();
  }

  private static Json json(Prerequisite p) {
    Json.ObjectBuilder object = Json.object().put("name", p.name());
    switch (p.state()) {
      case State.Present present -> object.put("state", "ok").put("detail", present.found());
      case State.Slower slower -> object.put("state", "slow").put("detail", slower.instead());
      case State.Missing missing ->
          object.put("state", "missing").put("detail", missing.detail()).put("fix", p.fix());
    }
    return object.build();
  }
}
