package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.rpc.NodeAccess.ExecRequest;
import dev.cloister.rpc.NodeAccess.ExecResponse;
import dev.cloister.rpc.NodePods.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloister exec}: runs a command that the policy of the pod lists. */
@CommandLine.Command(
    name = "exec",
    description = {
      "Runs a command in a container, if the pod's policy lists exactly that command for it. The"
          + " guest decides, not this program. Exit code: 0 when the command ended with 0, else 1."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  cloister exec kv -c redis -- /usr/bin/redis-cli ping"})
final class ExecCommand extends PodCommand {

  private static final Duration LIMIT = Duration.ofMinutes(10);

  @Option(
      names = {"-c", "--container"},
      paramLabel = "NAME",
      description = "The container; may be left out where the pod has one app.")
  private @Nullable String container;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "ARG", description = "The command.")
  private List<String> command = List.of();

  ExecCommand(Terminal terminal, Locations locations) {
    super(terminal, locations);
  }

  @Override
  ExitCode run(NodeConnection node, Pod pod) {
    ExecRequest request = new ExecRequest(pod.id(), Containers.named(pod, named()), command);
    ExecResponse response =
        terminal().during("running " + command.getFirst(), () -> node.calls(LIMIT).exec(request));
    if (json()) {
      terminal()
          .print(
              Json.object()
                  .put("exitCode", response.exitCode())
                  .put("stdout", response.stdout().toBase64())
                  .put("stderr", response.stderr().toBase64())
                  .build());
    } else {
      terminal().printRaw(response.stdout().toArray());
      terminal().noteRaw(response.stderr().toArray());
    }
    return response.exitCode() == 0 ? ExitCode.DONE : ExitCode.REFUSED;
  }

  private Optional<String> named() {
    return Optional.ofNullable(container);
  }

  /** Which container of a pod is meant. */
  static final class Containers {

    private Containers() {}

    /** The one that was named, or the only app. */
    static String named(Pod pod, Optional<String> name) {
      List<String> apps =
          pod.containers().stream()
              .filter(c -> c.role().equals("app"))
              .map(dev.cloister.rpc.NodePods.Container::name)
              .toList();
      if (name.isPresent()) {
        return name.get();
      }
      if (apps.size() == 1) {
        return apps.getFirst();
      }
      throw new CloisterException(
          CliError.WRONG_USE,
          NodeConnection.fullName(pod),
          "say with -c which of its containers is meant: " + String.join(", ", apps));
    }
  }
}
