package dev.cloister.e2e;

import dev.cloister.attestation.EvidenceType;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.cli.Derivation;
import dev.cloister.cli.GuestImages;
import dev.cloister.cli.Installer;
import dev.cloister.cli.Locations;
import dev.cloister.cli.NodeConnection;
import dev.cloister.cli.PodRunner;
import dev.cloister.cli.Prerequisite;
import dev.cloister.cli.Progress;
import dev.cloister.cli.SimulatedReferences;
import dev.cloister.cli.Terminal;
import dev.cloister.encoding.CloisterException;
import dev.cloister.guest.GuestImage;
import dev.cloister.guest.OciImage;
import dev.cloister.image.RegistryOptions;
import dev.cloister.kubernetes.GeneratedWorkload;
import dev.cloister.kubernetes.Generation;
import dev.cloister.kubernetes.SourceFile;
import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.node.Acceleration;
import dev.cloister.node.NodeSettings;
import dev.cloister.node.SandboxHost;
import dev.cloister.rpc.NodePods.RunPodRequest;
import dev.cloister.rpc.SimulatorMessages.GetVendorResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One deployment of the key-value example on this machine, with everything around it in directories
 * of its own: registry, node, simulator. {@link #close} leaves nothing of it. For one thread.
 */
final class Stage implements AutoCloseable {

  private static final int DISK_SLOTS = 4;
  private static final String YAML_REGISTRY = "127.0.0.1:5055";
  private static final String BRIDGE = "cloisterdemo";
  private static final String GATEWAY = "10.88.112.1";
  private static final Map<String, String> NODE =
      Map.of("CLOISTER_BRIDGE", BRIDGE, "CLOISTER_SUBNET", "10.88.112.0/22");

  private final Terminal terminal;
  private final EvidenceType tee;
  private final Path work;
  private final Locations locations;
  private final FutureTask<GetVendorResponse> vendor;
  private @Nullable GuestImage guest;
  private Map<String, OciImage> images = Map.of();
  private @Nullable LocalRegistry registry;
  private @Nullable Deployment deployment;
  private @Nullable SourceFile source;
  private @Nullable Generation generation;
  private @Nullable Manifest manifest;
  private @Nullable NodeConnection node;
  private @Nullable SandboxHost host;
  private @Nullable HostilePod hostile;
  private @Nullable HostilePod forged;
  private @Nullable Guestbook guestbook;

  /**
   * @param tee the evidence that its pods have
   */
  Stage(Terminal terminal, Locations base, EvidenceType tee) {
    this.terminal = terminal;
    this.tee = tee;
    this.work = temporary();
    this.locations = base.withNode(work.resolve("state"), work.resolve("run"), NODE);
    this.vendor = new FutureTask<>(() -> NodeConnection.simulatedVendor(locations));
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("cloister-demo-");
    } catch (IOException e) {
      throw failed("temporary directory", e);
    }
  }

  Terminal terminal() {
    return terminal;
  }

  /** The host's interface to all pods. */
  String bridge() {
    return BRIDGE;
  }

  /** Where pods reach the host. */
  String gateway() {
    return GATEWAY;
  }

  /** The evidence that its pods have. */
  EvidenceType tee() {
    return tee;
  }

  /** A directory for files of this run. */
  Path work() {
    return work;
  }

  Locations locations() {
    return locations;
  }

  /** Builds what is missing: guest image and the example's images. */
  void build() {
    new Installer(terminal).bring(Prerequisite.Purpose.run);
    // The simulated vendor makes its keys while images are built.
    Thread.ofVirtual().start(vendor);
    GuestImages builder = new GuestImages(locations);
    Progress progress = new Progress(terminal);
    guest = terminal.during("guest image", () -> builder.current(progress));
    List<OciImage> made = terminal.during("images of the example", () -> images(example("kv")));
    Map<String, OciImage> byName = new HashMap<>();
    made.forEach(image -> byName.put(image.name(), image));
    images = Map.copyOf(byName);
  }

  /** The directory of an example. */
  Path example(String name) {
    return locations.home().resolve("examples").resolve(name);
  }

  private List<OciImage> images(Path directory) {
    return new GuestImages(locations)
        .images(
            directory.resolve("images.lock"),
            directory.resolve("images.json"),
            new Progress(terminal));
  }

  /**
   * Builds the images of a directory and pushes them.
   *
   * @param name their path in the registry
   */
  void publish(String name, Path directory) {
    for (OciImage image : terminal.during("images of " + name, () -> images(directory))) {
      push(image, name + "/" + image.name());
    }
  }

  /** Builds the Coordinator's image and pushes it. */
  void publishCoordinator() {
    GuestImages builder = new GuestImages(locations);
    Progress progress = new Progress(terminal);
    push(
        terminal.during("image of the Coordinator", () -> builder.coordinatorImage(progress)),
        "cloister/coordinator");
  }

  /** Starts the registry and pushes the example's images. */
  void publish() {
    registry = LocalRegistry.start(work.resolve("registry"));
    images.values().forEach(image -> push(image, "kv/" + image.name()));
  }

  /** Pushes an image to a repository of the registry, with the tag of all examples. */
  void push(OciImage image, String repository) {
    terminal.during(
        "push " + repository,
        () -> {
          registry().push(image, repository, "1");
          return true;
        });
  }

  /** Makes a deployment and derives what may run from the example's YAML. */
  void generate() {
    deployment = SoleOwner.deployment();
    source = exampleYaml();
    Generation made = derive(source);
    generation = made;
    manifest = manifestOf(made.workloads().getFirst());
  }

  /** What may run: this workload alone, with either kind of evidence. */
  Manifest manifestOf(GeneratedWorkload workload) {
    GetVendorResponse roots = terminal.during("keys of the simulated vendor", this::roots);
    Map<String, ReferenceValue> values = SimulatedReferences.of(guest(), roots);
    return Manifest.create(
        deployment().pin(),
        List.of(
            Workload.plain(
                workload.initdata().digest(),
                workload.name(),
                workload.namespace(),
                WorkloadRole.WORKLOAD,
                List.copyOf(values.keySet()))),
        values,
        CertificateRules.STANDARD);
  }

  private GetVendorResponse roots() {
    try {
      return vendor.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CloisterException failure
          ? failure
          : new CloisterException(E2eError.STEP_FAILED, "simulator", String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(E2eError.STEP_FAILED, "simulator", "interrupted", e);
    }
  }

  private SourceFile exampleYaml() {
    Path file = example("kv").resolve("kv.yaml");
    try {
      return SourceFile.of("kv.yaml", forThisRegistry(Files.readString(file)));
    } catch (IOException e) {
      throw failed(file.toString(), e);
    }
  }

  /** An example's YAML, where its images are in the registry of this stage. */
  String forThisRegistry(String yaml) {
    return yaml.replace(YAML_REGISTRY, registry().address());
  }

  /** What may run by this YAML, for this deployment. */
  Generation derive(SourceFile yaml) {
    RegistryOptions options = RegistryOptions.defaults();
    return new Derivation(deployment(), "default", options, locations).of(List.of(yaml), terminal);
  }

  /** The connection to the node daemon, which is started where it does not run. */
  NodeConnection node() {
    NodeConnection current = node;
    if (current == null) {
      current = NodeConnection.start(locations, guest().directory());
      node = current;
    }
    return current;
  }

  /** The node's machinery in the hands of an attacker. */
  SandboxHost host() {
    SandboxHost current = host;
    if (current == null) {
      NodeSettings settings = NodeSettings.of(List.of(), settings());
      current = SandboxHost.open(settings);
      host = current;
    }
    return current;
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(locations.environment());
    settings.put("CLOISTER_GUEST_IMAGE", guest().directory().toString());
    String chosen = node().calls().getInfo().acceleration();
    settings.put("CLOISTER_ACCELERATION", chosen.isEmpty() ? Acceleration.TCG.word() : chosen);
    return settings;
  }

  /** The one pod that the attacks on a running agent share. */
  HostilePod hostilePod() {
    HostilePod current = hostile;
    if (current == null) {
      current = HostilePod.boot(this, "attack-agent", pod(), spec -> spec);
      hostile = current;
    }
    return current;
  }

  /** The one pod whose image disks are all forged: they are plugged in one after the other. */
  HostilePod forgedPod() {
    HostilePod current = forged;
    if (current == null) {
      current =
          HostilePod.boot(this, "attack-disks", pod(), spec -> spec.withDisksToCome(DISK_SLOTS));
      forged = current;
    }
    return current;
  }

  /** Ends the pod of forged disks. */
  void endForgedPod() {
    HostilePod current = forged;
    if (current != null) {
      forged = null;
      current.close();
    }
  }

  /** Ends the shared pod, so that the next use starts a fresh one. */
  void endHostilePod() {
    HostilePod current = hostile;
    if (current != null) {
      hostile = null;
      current.close();
    }
  }

  /** Begins a deployment with owners and a Coordinator. */
  Guestbook open(Consumer<String> story) {
    Guestbook opened = new Guestbook(this, story);
    guestbook = opened;
    return opened;
  }

  Guestbook guestbook() {
    return present(guestbook, "open");
  }

  GuestImage guest() {
    return present(guest, "build");
  }

  Map<String, OciImage> images() {
    return images;
  }

  LocalRegistry registry() {
    return present(registry, "publish");
  }

  Deployment deployment() {
    return present(deployment, "generate");
  }

  SourceFile source() {
    return present(source, "generate");
  }

  Generation generation() {
    return present(generation, "generate");
  }

  GeneratedWorkload workload() {
    return generation().workloads().getFirst();
  }

  Manifest manifest() {
    return present(manifest, "generate");
  }

  /** The honest request for the example's pod. */
  RunPodRequest pod() {
    return pod(workload(), 0);
  }

  /** The honest request for a pod of a workload. */
  RunPodRequest pod(GeneratedWorkload one, int replica) {
    return PodRunner.request(one, replica, tee, "");
  }

  private static <T> T present(@Nullable T value, String step) {
    if (value == null) {
      throw new IllegalStateException("the step " + step + " comes first");
    }
    return value;
  }

  static CloisterException failed(String what, IOException e) {
    return new CloisterException(E2eError.STEP_FAILED, what, String.valueOf(e.getMessage()), e);
  }

  /** Ends everything and removes its files; fails where something is left. */
  @Override
  public void close() {
    Teardown.run(
        List.of(
            this::endHostilePod,
            this::endForgedPod,
            () -> closeHost(),
            () -> Teardown.node(locations),
            () -> NodeConnection.stopSimulator(locations),
            () -> closeRegistry(),
            () -> Teardown.delete(work)));
    Teardown.requireNothingLeft(work);
  }

  private void closeHost() {
    if (host != null) {
      host.close();
    }
    if (node != null) {
      node.close();
    }
  }

  private void closeRegistry() {
    if (registry != null) {
      registry.close();
    }
  }
}
