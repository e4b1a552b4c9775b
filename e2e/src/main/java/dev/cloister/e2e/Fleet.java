package dev.cloister.e2e;

import dev.cloister.cli.LocalCoordinator;
import dev.cloister.client.CoordinatorAddress;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Manifest;
import dev.cloister.rpc.NodePods.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The pods of one deployment on a stage: its Coordinator and its workloads. The directory holds
 * what its people have. For one thread.
 */
final class Fleet {

  /** The pod of the Coordinator. */
  static final String COORDINATOR = "default/coordinator";

  private static final String COORDINATOR_YAML = "coordinator.yaml";
  private static final Duration JOIN_LIMIT = Duration.ofMinutes(6);

  private final Stage stage;
  private final Path directory;
  private final Shell shell;

  /**
   * @param name the directory's name
   * @param story hears each command and what it printed
   */
  Fleet(Stage stage, String name, Consumer<String> story) {
    this.stage = stage;
    this.directory = stage.work().resolve(name);
    this.shell = new Shell(stage.locations(), directory, story);
  }

  Stage stage() {
    return stage;
  }

  Shell shell() {
    return shell;
  }

  Path directory() {
    return directory;
  }

  /** Copies a file of YAML there, for this stage's registry and with this change. */
  void yaml(Path from, UnaryOperator<String> change) {
    try {
      write(from.getFileName().toString(), change.apply(Files.readString(from)));
    } catch (IOException e) {
      throw Stage.failed(from.toString(), e);
    }
  }

  /** Writes YAML there, for this stage's registry. */
  void write(String name, String yaml) {
    Path to = directory.resolve(name);
    try {
      Files.writeString(to, stage.forThisRegistry(yaml));
    } catch (IOException e) {
      throw Stage.failed(to.toString(), e);
    }
  }

  /** Derives from the Coordinator's YAML and these files of the directory what may run. */
  void generate(List<String> files, String... options) {
    yaml(stage.example("coordinator").resolve(COORDINATOR_YAML), text -> text);
    List<String> words = new ArrayList<>(List.of("generate", "@" + COORDINATOR_YAML));
    files.forEach(file -> words.add("@" + file));
    words.addAll(List.of(options));
    words.addAll(List.of("--deployment", "@deployment.json", "--to", "@generated"));
    shell.run(words.toArray(new String[0]));
  }

  /** Boots the Coordinator's VM. */
  void startCoordinatorVm() {
    up(List.of(COORDINATOR_YAML));
  }

  /** Waits until the Coordinator answers. */
  void awaitCoordinator() {
    LocalCoordinator.awaitAnswer(address(), stage.terminal());
  }

  /** Boots the pods of these generated files, and does not wait for them. */
  void startWorkloads(String... files) {
    up(List.of(files), "--no-wait");
  }

  private void up(List<String> files, String... options) {
    List<String> words = new ArrayList<>(List.of("up", "--deployment", "@deployment.json"));
    words.addAll(List.of("--tee", stage.tee().text()));
    files.forEach(file -> words.add("@generated/" + file));
    words.addAll(List.of(options));
    shell.run(words.toArray(new String[0]));
  }

  /** Where the Coordinator is. */
  CoordinatorAddress address() {
    return new CoordinatorAddress(
        stage.node().pod(COORDINATOR).ips().getFirst(), CoordinatorAddress.CHANNEL_PORT);
  }

  Deployment deployment() {
    return Deployment.parse(file("deployment.json"));
  }

  /** The manifest that was generated last. */
  Manifest manifest() {
    return Manifest.parse(file("generated/manifest.json"));
  }

  /** The content of a file of the directory. */
  Bytes file(String name) {
    try {
      return Bytes.of(Files.readAllBytes(directory.resolve(name)));
    } catch (IOException e) {
      throw Stage.failed(name, e);
    }
  }

  /** The pods that run a workload of the manifest, by name. */
  List<Pod> workloads() {
    Manifest manifest = manifest();
    return stage.node().calls().listPods().pods().stream()
        .filter(pod ->
            manifest.workload(pod.initdataDigest()).filter(one -> !one.isCoordinator()).isPresent())
        .sorted(Comparator.comparing(Pod::name))
        .toList();
  }

  /** Waits until all of them run and have certificates of this transition; says who they are. */
  String awaitJoined(long number) {
    List<Pod> joined =
        Pause.until(
            JOIN_LIMIT,
            () ->
                Optional.of(workloads())
                    .filter(pods -> pods.stream().allMatch(pod -> hasJoined(pod, number))),
            () ->
                new CloisterException(
                    E2eError.STEP_FAILED,
                    "join",
                    String.join("; ", workloads().stream().map(Fleet::told).toList())));
    return String.join(", ", joined.stream().map(pod -> pod.join().identity()).toList());
  }

  private static boolean hasJoined(Pod pod, long number) {
    return pod.phase().equals("Running")
        && pod.join().state().equals("joined")
        && pod.join().headNumber() == number;
  }

  /** How far a pod is, in one line. */
  static String told(Pod pod) {
    return pod.name()
        + " is "
        + pod.phase()
        + ", "
        + pod.join().state()
        + " "
        + pod.join().reason();
  }
}
