package dev.cloister.e2e;

import dev.cloister.agent.AgentError;
import dev.cloister.cli.Derivation;
import dev.cloister.client.ClientLimits;
import dev.cloister.client.CoordinatorAddress;
import dev.cloister.client.CoordinatorClient;
import dev.cloister.client.CoordinatorLink;
import dev.cloister.client.Trust;
import dev.cloister.coordinator.CoordinatorError;
import dev.cloister.encoding.Bytes;
import dev.cloister.image.RegistryOptions;
import dev.cloister.kubernetes.GeneratedWorkload;
import dev.cloister.kubernetes.SourceFile;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionRequest;
import dev.cloister.rpc.CoordinatorService;
import dev.cloister.rpc.NodePods.Pod;
import dev.cloister.rpc.NodePods.StopPodRequest;
import dev.cloister.rpc.NodeService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * A deployment of three owners and three recovery owners on a stage: a Coordinator and two
 * workloads. What people do with it is in {@link People}; the directory holds what each of them
 * has. For one thread.
 */
final class Guestbook {

  /** The directory of the example. */
  static final String EXAMPLE = "guestbook";

  /** The example's workloads and Services. */
  static final String YAML = "guestbook.yaml";

  /** What the example's servers are told. */
  static final String SETTINGS = "settings.yaml";

  /** The name of the front in its certificate. */
  static final String FRONT = "guestbook.example";

  /** The port that only the front may call. */
  static final int DATABASE_PORT = 6379;

  /** Said by the Coordinator in the channel, or by the agent, which looks for itself. */
  private static final List<String> NOT_LISTED =
      List.of(CoordinatorError.NOT_LISTED.code(), AgentError.NOT_LISTED.code());

  private static final int FRONT_PORT = 8080;
  private static final List<String> HAS_RUN = List.of("running", "exited");

  private static final Duration REFUSAL_LIMIT = Duration.ofMinutes(2);

  private final Stage stage;
  private final Fleet fleet;
  private final Path directory;
  private final People people;

  Guestbook(Stage stage, Consumer<String> story) {
    this.stage = stage;
    this.fleet = new Fleet(stage, EXAMPLE, story);
    this.directory = fleet.directory();
    this.people = new People(this);
  }

  /** Its pods. */
  Fleet fleet() {
    return fleet;
  }

  /** Those who own it, recover it or rely on it. */
  People people() {
    return people;
  }

  /** The Coordinator's store, and what the host kept of it. */
  KeptStores stores() {
    return new KeptStores(stage.locations(), deployment().pin(), directory);
  }

  Shell shell() {
    return fleet.shell();
  }

  /** Writes a file of the example, changed, for this stage's registry. */
  void yaml(String name, UnaryOperator<String> change) {
    fleet.yaml(stage.example(EXAMPLE).resolve(name), change);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw Stage.failed(file.toString(), e);
    }
  }

  /** Boots the Coordinator and waits until it answers. */
  void startCoordinator() {
    fleet.startCoordinatorVm();
    fleet.awaitCoordinator();
  }

  /** Boots the workloads, which wait for their Coordinator. */
  void startWorkloads() {
    fleet.startWorkloads(YAML, SETTINGS, Monitor.YAML_FILE);
  }

  /** Waits until all of them run and have certificates of this transition; says who they are. */
  String awaitJoined(long number) {
    return fleet.awaitJoined(number);
  }

  /** The pods that join, by name. */
  List<Pod> workloads() {
    return fleet.workloads();
  }

  /** Kills the Coordinator and boots another on this state of its store. */
  void restartCoordinator(String store) {
    killCoordinator();
    stores().use(store);
    startCoordinator();
  }

  /** The pods of the front. */
  List<Pod> fronts() {
    return workloads().stream().filter(pod -> pod.name().startsWith("front-")).toList();
  }

  /** The pod of the database. */
  Pod database() {
    return workloads().stream()
        .filter(pod -> pod.name().startsWith("db-"))
        .findFirst()
        .orElseThrow();
  }

  /** What anybody types to call a front: only who is of the deployment's mesh is believed. */
  List<String> curl(Pod front, String path) {
    return List.of(
        "--cacert",
        directory.resolve("outsider/mesh-ca.pem").toString(),
        "--resolve",
        FRONT + ":" + FRONT_PORT + ":" + front.ips().getFirst(),
        "https://" + FRONT + ":" + FRONT_PORT + path);
  }

  /** Ends the Coordinator's VM as a crash would, and takes away what is left of it. */
  void killCoordinator() {
    Pod pod = stage.node().pod(Fleet.COORDINATOR);
    ProcessHandle.of(pod.qemuPid()).ifPresent(ProcessHandle::destroyForcibly);
    shell().run("down", Fleet.COORDINATOR);
  }

  /** Where the Coordinator is. */
  CoordinatorAddress address() {
    return fleet.address();
  }

  /** What an outsider types. */
  String target() {
    return deployment().pin() + "@" + address().host();
  }

  /** An owner's connection, with the checks that any client makes. */
  CoordinatorClient client() {
    return new CoordinatorClient(
        Trust.of(deployment().pin(), InstantSource.system()).allowingSimulated(),
        ClientLimits.of(Mode.SIMULATED),
        new SecureRandom());
  }

  Deployment deployment() {
    return fleet.deployment();
  }

  /** The manifest that was generated last. */
  Manifest manifest() {
    return fleet.manifest();
  }

  /** A signed transition in a file of this directory. */
  SignedTransition transition(String name) {
    return SignedTransition.parse(file(name));
  }

  /** The transitions in force, as ann keeps them. */
  List<HistoryEntry> entries() {
    List<HistoryEntry> entries = new ArrayList<>();
    for (int number = 1; Files.exists(directory.resolve(kept(number) + ".json")); number++) {
      entries.add(
          new HistoryEntry(
              transition(kept(number) + ".json"), file(kept(number) + ".manifest.json")));
    }
    return entries;
  }

  private static String kept(int number) {
    return "ann/transitions/" + number;
  }

  History history() {
    return History.replay(deployment(), entries());
  }

  Bytes file(String name) {
    return fleet.file(name);
  }

  Path directory() {
    return directory;
  }

  /** Sends a transition past all checks of the command, to follow the newest one. */
  void send(SignedTransition signed, Bytes manifest) {
    send(signed, manifest, history().head());
  }

  /** The same, to follow another. */
  void send(SignedTransition signed, Bytes manifest, Head expected) {
    try (CoordinatorLink link = client().own(address())) {
      new CoordinatorService.Client(link.rpc(), Duration.ofSeconds(60))
          .setTransition(
              new SetTransitionRequest(
                  signed.document(), manifest, expected.number(), expected.digest()));
    }
  }

  /** A workload of the example, changed after the manifest was signed. */
  GeneratedWorkload changed(String name, String from, String to) {
    return derived(name, text(directory.resolve(YAML)).replace(from, to));
  }

  /** A workload that somebody adds to the example. */
  GeneratedWorkload added(String name, String yaml) {
    return derived(name, stage.forThisRegistry(yaml) + text(directory.resolve(YAML)));
  }

  private GeneratedWorkload derived(String name, String yaml) {
    List<SourceFile> files =
        List.of(
            SourceFile.of(YAML, yaml), SourceFile.of(SETTINGS, text(directory.resolve(SETTINGS))));
    return new Derivation(deployment(), "default", RegistryOptions.defaults(), stage.locations())
        .of(files, stage.terminal()).workloads().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow();
  }

  /**
   * Boots a pod that the manifest does not list, and waits for the reason why it is not let in.
   * None of its containers may have started.
   */
  String neverJoins(GeneratedWorkload workload) {
    NodeService node = stage.node().calls();
    String id = node.runPod(stage.pod(workload, 0)).id();
    try {
      return awaitRefusal(id);
    } finally {
      stage.node().calls(REFUSAL_LIMIT).stopPod(new StopPodRequest(id));
    }
  }

  private String awaitRefusal(String id) {
    return Pause.until(
        REFUSAL_LIMIT,
        () -> {
          Pod pod = stage.node().pod(id);
          if (pod.containers().stream().anyMatch(one -> HAS_RUN.contains(one.state()))) {
            throw Refusals.notRefused("a container started: " + Fleet.told(pod), null);
          }
          return Optional.of(pod.join().reason())
              .filter(reason -> NOT_LISTED.stream().anyMatch(reason::contains))
              .map(Refusals::shown);
        },
        () -> Refusals.notRefused("no refusal in time: " + Fleet.told(stage.node().pod(id)), null));
  }
}
