package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.manifest.IdentityName;
import dev.cloister.rpc.AgentMesh.GetMeshResponse;
import dev.cloister.rpc.AgentMesh.MeshCount;
import dev.cloister.rpc.AgentMesh.MeshEvent;
import dev.cloister.rpc.NodeAccess.GetPodMeshRequest;
import dev.cloister.rpc.NodePods.Pod;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloister mesh}: who talks to whom, and who is refused. */
@CommandLine.Command(
    name = "mesh",
    description = {
      "Shows which connections passed between pods and which were refused, with the identities of"
          + " both ends and the code of the refusal, as the pods' agents tell. What comes through"
          + " the node is not proven."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  cloister mesh", "  cloister mesh default/db --follow", "  cloister mesh -o json"})
final class MeshCommand extends Command {

  private static final int WAIT_MILLIS = 1_000;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private final Locations locations;
  private final Map<String, Long> seen = new HashMap<>();
  private final Set<String> caughtUp = new HashSet<>();

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "POD",
      description = "Only this pod: its name, NAMESPACE/NAME, or the name of its workload.")
  private @Nullable String meant;

  @Option(
      names = {"-f", "--follow"},
      description = "Show each connection as it comes, until interrupted.")
  private boolean follow;

  MeshCommand(Terminal terminal, Locations locations) {
    super(terminal);
    this.locations = locations;
  }

  @Override
  protected ExitCode run() {
    try (NodeConnection node =
        NodeConnection.find(locations)
            .orElseThrow(
                () -> new CloisterException(CliError.NO_SUCH_POD, "", "no node daemon runs"))) {
      if (follow) {
        follow(node);
      } else {
        show(node);
      }
      return ExitCode.DONE;
    }
  }

  private List<Pod> pods(NodeConnection node) {
    Optional<String> name = Optional.ofNullable(meant);
    List<Pod> all = name.map(one -> List.of(node.pod(one))).orElse(node.calls().listPods().pods());
    return all.stream()
        .filter(pod -> !pod.join().meshState().isEmpty() && !pod.join().meshState().equals("none"))
        .toList();
  }

  private void show(NodeConnection node) {
    List<Json> documents = new ArrayList<>();
    for (Pod pod : pods(node)) {
      GetMeshResponse mesh = node.calls().getPodMesh(new GetPodMeshRequest(pod.id(), 0, 0));
      if (json()) {
        documents.add(json(pod, mesh));
      } else {
        print(pod, mesh);
      }
    }
    if (json()) {
      terminal().print(Json.of(documents));
    }
  }

  private void print(Pod pod, GetMeshResponse mesh) {
    String reason = mesh.reason().isEmpty() ? "" : ": " + mesh.reason();
    terminal()
        .print(
            NodeConnection.fullName(pod)
                + " as "
                + brief(mesh.self())
                + ", mesh "
                + mesh.state()
                + reason);
    for (MeshCount count : mesh.counts()) {
      terminal()
          .print(
              String.format(
                  "    %-4s %-40s %5d  %6d  %s",
                  arrow(count.direction()),
                  brief(count.peer()),
                  count.port(),
                  count.connections(),
                  verdict(count.code())));
    }
  }

  private static String arrow(String direction) {
    return direction.equals("in") ? "from" : "to";
  }

  private static String verdict(String code) {
    return code.isEmpty() ? "passed" : "refused " + code;
  }

  /** An identity without what all of them end with. */
  private static String brief(String identity) {
    if (identity.isEmpty()) {
      return "(unknown)";
    }
    return identity.endsWith(IdentityName.SUFFIX)
        ? identity.substring(0, identity.length() - IdentityName.SUFFIX.length())
        : identity;
  }

  /** All pods in turn; what was before the command began is not shown. */
  private void follow(NodeConnection node) {
    while (true) {
      List<Pod> pods = pods(node);
      int share = Math.max(1, pods.size());
      for (Pod pod : pods) {
        boolean known = caughtUp.contains(pod.id());
        long after = seen.getOrDefault(pod.id(), 0L);
        GetMeshResponse mesh =
            node.calls()
                .getPodMesh(
                    new GetPodMeshRequest(pod.id(), after, known ? WAIT_MILLIS / share : 0));
        for (MeshEvent event : mesh.events()) {
          seen.put(pod.id(), event.sequence());
          if (known) {
            print(mesh.self(), event);
          }
        }
        if (mesh.events().isEmpty()) {
          caughtUp.add(pod.id());
        }
      }
    }
  }

  private void print(String self, MeshEvent event) {
    if (json()) {
      terminal().print(json(self, event));
      return;
    }
    boolean in = event.direction().equals("in");
    String other = brief(event.peer()) + address(event);
    String pair = in ? other + " -> " + brief(self) : brief(self) + " -> " + other;
    terminal()
        .print(
            TIME.format(Instant.ofEpochMilli(event.millis()))
                + "  "
                + pair
                + " port "
                + event.port()
                + "  "
                + verdict(event.code())
                + (event.detail().isEmpty() ? "" : " (" + event.detail() + ")"));
  }

  private static String address(MeshEvent event) {
    return event.address().isEmpty() ? "" : " at " + event.address();
  }

  private static Json json(Pod pod, GetMeshResponse mesh) {
    return Json.object()
        .put("pod", NodeConnection.fullName(pod))
        .put("identity", mesh.self())
        .put("state", mesh.state())
        .put("reason", mesh.reason())
        .put("proxyStarts", mesh.proxyStarts())
        .put("connections", Json.of(mesh.counts().stream().map(MeshCommand::json).toList()))
        .put(
            "latest",
            Json.of(mesh.events().stream().map(event -> json(mesh.self(), event)).toList()))
        .build();
  }

  private static Json json(MeshCount count) {
    return Json.object()
        .put("direction", count.direction())
        .put("peer", count.peer())
        .put("port", count.port())
        .put("code", count.code())
        .put("connections", count.connections())
        .build();
  }

  private static Json json(String self, MeshEvent event) {
    return Json.object()
        .put("self", self)
        .put("sequence", event.sequence())
        .put("millis", event.millis())
        .put("direction", event.direction())
        .put("peer", event.peer())
        .put("port", event.port())
        .put("address", event.address())
        .put("code", event.code())
        .put("detail", event.detail())
        .build();
  }
}
