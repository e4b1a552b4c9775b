package dev.cloister.cli;

import dev.cloister.attestation.EvidenceType;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.guest.GuestImage;
import dev.cloister.kubernetes.GeneratedWorkload;
import dev.cloister.kubernetes.Generation;
import dev.cloister.manifest.Connection;
import dev.cloister.rpc.NodePods.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cloister up}: runs the pods of generated YAML on this machine. */
@CommandLine.Command(
    name = "up",
    description = {
      "Runs the pods of YAML that 'cloister generate' wrote, each in a VM of its own on this machine,"
          + " and waits until their containers run. Starts the node's processes where they don't run."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister up generated/app.yaml",
      "  cloister up generated/              (every YAML file in it)",
      "  cloister up generated/app.yaml --tee tdx",
      "  cloister up generated/app.yaml --no-wait && cloister ps"
    })
final class UpCommand extends Command {

  private final Locations locations;

  @Mixin private YamlOptions yaml = new YamlOptions();

  @Mixin private TeeOption tee = new TeeOption();

  @Option(
      names = "--no-wait",
      negatable = false,
      description = "Do not wait until the containers run.")
  private boolean noWait;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "180",
      description = "How long to wait (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds = 180;

  UpCommand(Terminal terminal, Locations locations) {
    super(terminal);
    this.locations = locations;
  }

  @Override
  protected ExitCode run() {
    EvidenceType type = tee.type();
    new Installer(terminal()).bring(Prerequisite.Purpose.run);
    Generation generation = yaml.derive(terminal(), locations);
    requireGenerated(generation);
    requireEqualPorts(generation);
    GuestImage image =
        terminal()
            .during(
                "building the guest image",
                () -> new GuestImages(locations).current(new Progress(terminal())));
    try (NodeConnection node = NodeConnection.start(locations, image.directory())) {
      PodRunner runner = new PodRunner(node, terminal());
      noteOfNames(node, generation);
      List<String> ids = runner.start(generation, type, yaml.credentials());
      List<Pod> pods = new ArrayList<>();
      for (String id : ids) {
        pods.add(noWait ? node.pod(id) : runner.await(id, Duration.ofSeconds(timeoutSeconds)));
      }
      report(pods);
    }
    return ExitCode.DONE;
  }

  private static void requireGenerated(Generation generation) {
    if (!generation.files().equals(generation.inputs())) {
      throw new CloisterException(
          CliError.NOT_GENERATED,
          generation.inputs().getFirst().name(),
          "its images are not pinned, or its initdata is missing or of another content");
    }
  }

  /** What a cluster's Services translate, names alone cannot. */
  static void requireEqualPorts(Generation generation) {
    for (GeneratedWorkload workload : generation.workloads()) {
      for (Connection to : workload.connections().connectsTo()) {
        if (to.port() != to.targetPort()) {
          throw new CloisterException(
              CliError.NO_SERVICE_ADDRESS,
              workload.shown(),
              to.name()
                  + ":"
                  + to.port()
                  + " would have to become port "
                  + to.targetPort()
                  + " of "
                  + to.workload());
        }
      }
    }
  }

  private void noteOfNames(NodeConnection node, Generation generation) {
    String trouble = node.calls().getInfo().nameTrouble();
    boolean needed =
        generation.workloads().stream()
            .anyMatch(workload -> !workload.connections().connectsTo().isEmpty());
    if (needed && !trouble.isEmpty()) {
      terminal().note("pods cannot find each other: " + trouble);
    }
  }

  private void report(List<Pod> pods) {
    if (json()) {
      terminal().print(Json.of(pods.stream().map(PsCommand::json).toList()));
      return;
    }
    for (Pod pod : pods) {
      terminal()
          .print(
              NodeConnection.fullName(pod)
                  + " is "
                  + pod.phase()
                  + (pod.ips().isEmpty() ? "" : " at " + String.join(", ", pod.ips())));
    }
  }
}
