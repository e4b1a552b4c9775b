package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.NodePods.Pod;
import picocli.CommandLine.Parameters;

/** A command about one running pod. */
abstract class PodCommand extends Command {

  private final Locations locations;

  @Parameters(
      index = "0",
      paramLabel = "POD",
      description = "The pod: its name, NAMESPACE/NAME, or the name of its workload.")
  private String meant = "";

  PodCommand(Terminal terminal, Locations locations) {
    super(terminal);
    this.locations = locations;
  }

  /** Does what the command is for. */
  abstract ExitCode run(NodeConnection node, Pod pod);

  @Override
  protected final ExitCode run() {
    try (NodeConnection node =
        NodeConnection.find(locations).orElseThrow(() -> noSuchPod("no node daemon runs"))) {
      return run(node, node.pod(meant));
    }
  }

  /** What the user named. */
  final String meant() {
    return meant;
  }

  private CloisterException noSuchPod(String detail) {
    return new CloisterException(CliError.NO_SUCH_POD, meant, detail);
  }
}
