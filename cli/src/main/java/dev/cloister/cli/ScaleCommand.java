package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.rpc.NodePods.GetPodOrderRequest;
import dev.cloister.rpc.NodePods.StopPodRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloister scale}: more pods of a workload that runs here, or fewer. */
@CommandLine.Command(
    name = "scale",
    description = {
      "Changes how many pods of a workload run on this machine. New ones are started as those that"
          + " run were, and waited for; only then others are ended, the last ones first.",
      "The number is no part of what is measured, except for a StatefulSet: its pods' names are in"
          + " their policy, and more of them than the YAML says are refused."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  cloister scale web 3", "  cloister scale shop/web 1"})
final class ScaleCommand extends Command {

  private static final Duration END_LIMIT = Duration.ofMinutes(2);

  private final Locations locations;

  @Parameters(index = "0", paramLabel = "WORKLOAD", description = "Its name, or NAMESPACE/NAME.")
  private String workload = "";

  @Parameters(index = "1", paramLabel = "NUMBER", description = "How many pods are to run.")
  private int number;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "180",
      description = "How long to wait for each new pod (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds = 180;

  ScaleCommand(Terminal terminal, Locations locations) {
    super(terminal);
    this.locations = locations;
  }

  @Override
  protected ExitCode run() {
    try (NodeConnection node =
        NodeConnection.find(locations)
            .orElseThrow(() ->
                new CloisterException(CliError.NO_SUCH_POD, workload, "no node daemon runs"))) {
      RunningWorkload running =
          RunningWorkload.find(
              node.calls().listPods().pods(),
              id -> node.calls().getPodOrder(new GetPodOrderRequest(id)),
              workload);
      RunningWorkload.Scaling scaling = running.scaled(number);
      List<String> started = start(node, scaling);
      List<String> ended = end(node, scaling);
      report(started, ended);
    }
    return ExitCode.DONE;
  }

  private List<String> start(NodeConnection node, RunningWorkload.Scaling scaling) {
    PodRunner runner = new PodRunner(node, terminal());
    List<String> ids = new ArrayList<>();
    scaling.start().forEach(request -> ids.add(node.calls().runPod(request).id()));
    List<String> names = new ArrayList<>();
    for (String id : ids) {
      names.add(NodeConnection.fullName(runner.await(id, Duration.ofSeconds(timeoutSeconds))));
    }
    return names;
  }

  private static List<String> end(NodeConnection node, RunningWorkload.Scaling scaling) {
    List<String> names = new ArrayList<>();
    scaling
        .end()
        .forEach(pod -> {
          node.calls(END_LIMIT).stopPod(new StopPodRequest(pod.id()));
          names.add(NodeConnection.fullName(pod));
        });
    return names;
  }

  private void report(List<String> started, List<String> ended) {
    if (json()) {
      terminal()
          .print(
              Json.object()
                  .put("ok", true)
                  .put("started", Json.ofStrings(started))
                  .put("ended", Json.ofStrings(ended))
                  .build());
      return;
    }
    started.forEach(name -> terminal().print("started " + name));
    ended.forEach(name -> terminal().print("ended " + name));
    if (started.isEmpty() && ended.isEmpty()) {
      terminal().print(workload + " has " + number + " pods already");
    }
  }
}
