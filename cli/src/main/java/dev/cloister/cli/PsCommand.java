package dev.cloister.cli;

import dev.cloister.encoding.Json;
import dev.cloister.rpc.AgentInfo;
import dev.cloister.rpc.NodePods.Container;
import dev.cloister.rpc.NodePods.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;

/** {@code cloister ps}: the pods of this node. */
@CommandLine.Command(
    name = "ps",
    description = {
      "Lists the pods of this node with their containers. What the node says is not proven:"
          + " 'cloister attest' proves it."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  cloister ps", "  cloister ps -o json"})
final class PsCommand extends Command {

  /** What a pod without a mesh says, or whose agent cannot be asked. */
  private static final List<String> MESHLESS = List.of("", "none");

  private final Locations locations;

  PsCommand(Terminal terminal, Locations locations) {
    super(terminal);
    this.locations = locations;
  }

  @Override
  protected ExitCode run() {
    List<Pod> pods = List.of();
    Optional<NodeConnection> connection = NodeConnection.find(locations);
    if (connection.isPresent()) {
      try (NodeConnection node = connection.get()) {
        pods = node.calls().listPods().pods();
      }
    }
    if (json()) {
      terminal().print(Json.of(pods.stream().map(PsCommand::json).toList()));
    } else {
      terminal().print(line("POD", "PHASE", "ADDRESS", "CONTAINERS"));
      pods.forEach(this::show);
    }
    return ExitCode.DONE;
  }

  private void show(Pod pod) {
    List<String> containers = new ArrayList<>();
    for (Container container : pod.containers()) {
      containers.add(container.name() + " " + container.state());
    }
    terminal()
        .print(
            line(
                NodeConnection.fullName(pod),
                pod.phase(),
                String.join(",", pod.ips()),
                String.join(", ", containers)));
    if (!pod.reason().isEmpty()) {
      terminal().print("    " + pod.reason());
    }
    if (!pod.join().state().isEmpty()) {
      terminal().print("    " + join(pod.join()));
    }
    if (!MESHLESS.contains(pod.join().meshState())) {
      terminal().print("    " + mesh(pod.join()));
    }
  }

  private static String join(AgentInfo.Join join) {
    String until =
        join.joins() == 0
            ? ""
            : " as "
                + join.identity()
                + " until "
                + Instant.ofEpochMilli(join.notAfterMillis())
                + ", transition "
                + join.headNumber();
    return "join: " + join.state() + until + (join.reason().isEmpty() ? "" : ": " + join.reason());
  }

  private static String mesh(AgentInfo.Join join) {
    String reason = join.meshReason();
    return "mesh: " + join.meshState() + (reason.isEmpty() ? "" : ": " + reason);
  }

  private static String line(String pod, String phase, String address, String containers) {
    return String.format("%-34s %-10s %-16s %s", pod, phase, address, containers).stripTrailing();
  }

  /** A pod as JSON. */
  static Json json(Pod pod) {
    return Json.object()
        .put("id", pod.id())
        .put("name", pod.name())
        .put("namespace", pod.namespace())
        .put("phase", pod.phase())
        .put("reason", pod.reason())
        .put("ips", Json.ofStrings(pod.ips()))
        .put("initdata", pod.initdataDigest().toHex())
        .put("startedMillis", pod.startedMillis())
        .put("containers", Json.of(pod.containers().stream().map(PsCommand::json).toList()))
        .put("join", json(pod.join()))
        .build();
  }

  private static Json json(AgentInfo.Join join) {
    return Json.object()
        .put("state", join.state())
        .put("reason", join.reason())
        .put("coordinator", join.coordinator())
        .put("identity", join.identity())
        .put("headNumber", join.headNumber())
        .put("headDigest", join.headDigest().toHex())
        .put("notAfterMillis", join.notAfterMillis())
        .put("joins", join.joins())
        .put("waitedMicros", join.waitedMicros())
        .put("channelMicros", join.channelMicros())
        .put("verifyMicros", join.verifyMicros())
        .put("issueMicros", join.issueMicros())
        .put("meshState", join.meshState())
        .put("meshReason", join.meshReason())
        .build();
  }

  private static Json json(Container container) {
    return Json.object()
        .put("name", container.name())
        .put("role", container.role())
        .put("state", container.state())
        .put("exitCode", container.exitCode())
        .put("restarts", container.restarts())
        .put("ready", container.ready())
        .put("reason", container.reason())
        .build();
  }
}
