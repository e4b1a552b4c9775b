package dev.cloister.cli;

import dev.cloister.encoding.Json;
import dev.cloister.rpc.NodePods.Pod;
import dev.cloister.rpc.NodePods.ShutdownRequest;
import dev.cloister.rpc.NodePods.StopPodRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloister down}: ends pods, leaving nothing of them. */
@CommandLine.Command(
    name = "down",
    description = {
      "Ends pods. Answers when no process, mount, tap and network namespace of them is left."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister down kv",
      "  cloister down --all     every pod, and the node's processes"
    })
final class DownCommand extends Command {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Locations locations;

  @Option(names = "--all", description = "Every pod of this node, and the node's own processes.")
  private boolean all;

  @Parameters(arity = "0..*", paramLabel = "POD", description = "Pods to end.")
  private List<String> pods = List.of();

  DownCommand(Terminal terminal, Locations locations) {
    super(terminal);
    this.locations = locations;
  }

  @Override
  protected ExitCode run() {
    if (pods.isEmpty() != all) {
      throw new dev.cloister.encoding.CloisterException(
          CliError.WRONG_USE, "down", "name pods, or say --all");
    }
    List<String> ended = new ArrayList<>();
    Optional<NodeConnection> connection = NodeConnection.find(locations);
    if (connection.isPresent()) {
      try (NodeConnection node = connection.get()) {
        ended = all ? endAll(node) : end(node, pods.stream().map(node::pod).toList());
      }
    } else if (!all) {
      throw new dev.cloister.encoding.CloisterException(
          CliError.NO_SUCH_POD, pods.getFirst(), "no node daemon runs");
    }
    if (all) {
      NodeConnection.stopSimulator(locations);
    }
    report(ended);
    return ExitCode.DONE;
  }

  private List<String> endAll(NodeConnection node) {
    List<String> ended = end(node, node.calls().listPods().pods());
    node.calls(LIMIT).shutdown(new ShutdownRequest(true));
    return ended;
  }

  private List<String> end(NodeConnection node, List<Pod> ending) {
    List<String> ended = new ArrayList<>();
    for (Pod pod : ending) {
      String name = NodeConnection.fullName(pod);
      terminal()
          .during(
              "ending " + name,
              () -> {
                node.calls(LIMIT).stopPod(new StopPodRequest(pod.id()));
                return name;
              });
      ended.add(name);
    }
    return ended;
  }

  private void report(List<String> ended) {
    if (json()) {
      terminal().print(Json.object().put("ok", true).put("ended", Json.ofStrings(ended)).build());
    } else {
      ended.forEach(name -> terminal().print("ended " + name));
    }
  }
}
