package dev.cloister.e2e;

import dev.cloister.cli.Command;
import dev.cloister.cli.ExitCode;
import dev.cloister.cli.Locations;
import dev.cloister.cli.TeeOption;
import dev.cloister.cli.Terminal;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cloister demo}. */
@CommandLine.Command(
    name = "demo",
    description = {
      "Builds what is missing, runs the key-value example from plain Kubernetes YAML in a VM of its"
          + " own, calls it, proves what it is, and then attacks it in every way that a host has."
          + " Each attack must be refused by the part that should refuse it.",
      "Then it goes on with a deployment: three owners, a Coordinator, two workloads that join, an"
          + " outsider who verifies, an update, the attacks on all of that, and recovery from shares.",
      "As root on Debian it installs what is missing, saying so. Leaves nothing running."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister demo",
      "  cloister demo --part pod     only the pod and the attacks of its host",
      "  cloister demo --tee tdx     the same with evidence of Intel TDX",
      "  cloister demo --keep     leave the pod running and say how to reach it",
      "  cloister demo --json     one JSON object on standard output, progress on standard error"
    })
final class DemoCommand extends Command {

  private static final int NAME_WIDTH = 48;
  private static final int DETAIL_WIDTH = 100;

  @Option(names = "--keep", description = "Leave the pod and what is around it running.")
  private boolean keep;

  @Option(
      names = "--part",
      paramLabel = "PART",
      defaultValue = "all",
      description = "Show only a part: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Demo.Part part = Demo.Part.all;

  @Mixin private TeeOption tee = new TeeOption();

  @Option(names = "--json", description = "Print one JSON object and nothing else on stdout.")
  private boolean jsonOnly;

  DemoCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected ExitCode run() {
    Stage stage = new Stage(terminal(), Locations.of(System.getenv()), tee.type());
    Thread cleaning = Thread.ofPlatform().unstarted(() -> closeQuietly(stage));
    Runtime.getRuntime().addShutdownHook(cleaning);
    Demo demo = new Demo(stage, this::tell, this::tell);
    try {
      demo.run(part);
    } finally {
      if (!keep) {
        demo.step("take everything down", () -> takeDown(stage));
      }
      Runtime.getRuntime().removeShutdownHook(cleaning);
    }
    report(demo.results());
    if (keep) {
      tellHowToReach(stage);
    }
    boolean ok = demo.results().stream().allMatch(StepResult::ok);
    return ok ? ExitCode.DONE : ExitCode.REFUSED;
  }

  private static String takeDown(Stage stage) {
    stage.close();
    return "no process and no mount is left";
  }

  /** When the demo is interrupted, what it started ends with it. */
  private static void closeQuietly(Stage stage) {
    try {
      stage.close();
    } catch (CloisterException e) {
      stage.terminal().note(Terminal.sentence(e));
    }
  }

  private boolean quiet() {
    return jsonOnly || json();
  }

  private void tell(String text) {
    if (!quiet()) {
      terminal().print(text);
    }
  }

  private void tell(StepResult result) {
    String line = "   " + result.word() + " in " + result.seconds() + " s: " + result.detail();
    if (quiet()) {
      terminal().note(line);
    } else {
      terminal().print(line);
    }
  }

  private void report(List<StepResult> results) {
    if (quiet()) {
      terminal().print(json(results));
      return;
    }
    terminal().print("");
    terminal().print(row("STEP OR ATTACK", "RESULT", "SECONDS", "SEEN"));
    for (StepResult result : results) {
      terminal().print(row(result.name(), result.word(), result.seconds(), result.detail()));
    }
    terminal().print("");
    long wrong = results.stream().filter(result -> !result.ok()).count();
    terminal()
        .print(
            wrong == 0
                ? "All " + results.size() + " went as they should."
                : wrong + " of " + results.size() + " did not go as they should.");
  }

  private static String row(String name, String result, String seconds, String detail) {
    String shown =
        detail.length() <= DETAIL_WIDTH ? detail : detail.substring(0, DETAIL_WIDTH) + "…";
    return String.format("%-" + NAME_WIDTH + "s %-12s %7s  %s", name, result, seconds, shown);
  }

  private static Json json(List<StepResult> results) {
    return Json.object()
        .put("ok", results.stream().allMatch(StepResult::ok))
        .put("steps", Json.of(results.stream().map(DemoCommand::json).toList()))
        .build();
  }

  private static Json json(StepResult result) {
    // JSON here has whole numbers only; a text would not be a number, so seconds are rounded up.
    return Json.object()
        .put("name", result.name())
        .put("kind", result.kind().text())
        .put("ok", result.ok())
        .put("seconds", (result.millis() + 999) / 1000)
        .put("detail", result.detail())
        .build();
  }

  private void tellHowToReach(Stage stage) {
    Map<String, String> environment = stage.locations().environment();
    terminal().note("Everything runs on. To reach it:");
    for (String name : List.of("CLOISTER_STATE", "CLOISTER_RUN")) {
      terminal().note("  export " + name + "=" + environment.get(name));
    }
    terminal().note("  ./cloister ps");
    terminal().note("  ./cloister down --all && rm -r " + stage.work() + "     (ends it)");
  }
}
