package dev.cloister.cli;

import dev.cloister.rpc.NodeAccess.ReadLogRequest;
import dev.cloister.rpc.NodeAccess.ReadLogResponse;
import dev.cloister.rpc.NodePods.Pod;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code cloister logs}: what a container printed, if its policy lets the host read it. */
@CommandLine.Command(
    name = "logs",
    description = {
      "Prints what a container printed, as far as the pod's policy opens it to the host (annotation"
          + " cloister.dev/logs), or what the VM's console said."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister logs kv -c webdis",
      "  cloister logs kv -c webdis --follow",
      "  cloister logs kv --console"
    })
final class LogsCommand extends PodCommand {

  @Option(
      names = {"-c", "--container"},
      paramLabel = "NAME",
      description = "The container; may be left out where the pod has one app.")
  private @Nullable String container;

  @Option(
      names = {"-f", "--follow"},
      description = "Wait for more until interrupted.")
  private boolean follow;

  @Option(names = "--console", description = "The VM's console instead of a container.")
  private boolean console;

  LogsCommand(Terminal terminal, Locations locations) {
    super(terminal, locations);
  }

  @Override
  ExitCode run(NodeConnection node, Pod pod) {
    String name = console ? "" : ExecCommand.Containers.named(pod, Optional.ofNullable(container));
    long offset = 0;
    while (true) {
      ReadLogResponse piece =
          node.calls().readLog(new ReadLogRequest(pod.id(), name, offset, follow));
      terminal().printRaw(piece.data().toArray());
      boolean nothing = piece.data().isEmpty();
      if ((nothing && !follow) || (nothing && piece.ended())) {
        return ExitCode.DONE;
      }
      offset = piece.nextOffset();
    }
  }
}
