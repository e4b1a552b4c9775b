package dev.cloister.e2e;

import dev.cloister.agent.AgentError;
import dev.cloister.cli.Derivation;
import dev.cloister.cli.PodRunner;
import dev.cloister.client.ClientLimits;
import dev.cloister.client.CoordinatorAddress;
import dev.cloister.client.CoordinatorClient;
import dev.cloister.client.CoordinatorLink;
import dev.cloister.client.Trust;
import dev.cloister.coordinator.CoordinatorError;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.image.RegistryOptions;
import dev.cloister.kubernetes.GeneratedWorkload;
import dev.cloister.kubernetes.Generation;
import dev.cloister.kubernetes.SourceFile;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionRequest;
import dev.cloister.rpc.CoordinatorService;
import dev.cloister.rpc.NodePods.Pod;
import dev.cloister.rpc.NodePods.StopPodRequest;
import dev.cloister.rpc.NodeService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A deployment of three owners and three recovery owners on a stage: a Coordinator and two
 * workloads. What people do is done with commands; the directory holds what each of them has. For
 * one thread.
 */
final class Shop {

  /** The pod of the Coordinator. */
  static final String COORDINATOR = "default/coordinator";

  /** The transition that attackers try to put into force. */
  static final String THIRD = "@third.json";

  /** A store that was kept: the one right after the first transition. */
  static final String FIRST_STORE = "store-first";

  /** The newest store. */
  static final String NEWEST_STORE = "store-newest";

  /** An empty store. */
  static final String NO_STORE = "store-none";

  /** Said by the Coordinator in the channel, or by the agent, which looks for itself. */
  private static final List<String> NOT_LISTED =
      List.of(CoordinatorError.NOT_LISTED.code(), AgentError.NOT_LISTED.code());

  private static final List<String> HAS_RUN = List.of("running", "exited");

  private static final Duration REFUSAL_LIMIT = Duration.ofMinutes(2);
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);
  private static final Duration JOIN_LIMIT = Duration.ofMinutes(3);
  private static final String FIRST = "@first.json";
  private static final String SECOND = "@second.json";

  private final Stage stage;
  private final Path directory;
  private final Shell shell;

  Shop(Stage stage, Consumer<String> story) {
    this.stage = stage;
    this.directory = stage.work().resolve("shop");
    this.shell = new Shell(stage.locations(), directory, story);
  }

  Shell shell() {
    return shell;
  }

  Stage stage() {
    return stage;
  }

  /** Three owners, two of whom must agree, and three who can recover, two of whom are needed. */
  void found() {
    shell.run(
        "init",
        "--name",
        "shop",
        "--simulated",
        "--update-owners",
        "ann,bob,cid",
        "--threshold",
        "2",
        "--recovery-owners",
        "rut,sam,tom",
        "--recovery-threshold",
        "2",
        "-d",
        "@.");
    yaml("coordinator", "coordinator.yaml", text -> text);
    yaml("shop", "shop.yaml", text -> text);
    generate();
  }

  private void generate() {
    shell.run(
        "generate",
        "@coordinator.yaml",
        "@shop.yaml",
        "--deployment",
        "@deployment.json",
        "--to",
        "@generated");
  }

  /** Writes an example's YAML for this stage's registry. */
  void yaml(String example, String name, UnaryOperator<String> change) {
    Path from = stage.locations().home().resolve("examples").resolve(example).resolve(name);
    Path to = directory.resolve(name);
    try {
      Files.writeString(to, change.apply(stage.forThisRegistry(text(from))));
    } catch (IOException e) {
      throw Stage.failed(to.toString(), e);
    }
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
    shell.run("up", "@generated/coordinator.yaml", "--deployment", "@deployment.json");
    awaitAnswer(address());
  }

  /** Waits until somebody takes connections there. */
  static void awaitAnswer(CoordinatorAddress where) {
    long deadline = System.nanoTime() + ANSWER_LIMIT.toNanos();
    InetSocketAddress address = new InetSocketAddress(where.host(), where.port());
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(address, 2000);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw Stage.failed(where.toString(), e);
        }
        Pause.of(Duration.ofMillis(200));
      }
    }
  }

  /** Boots the workloads, which wait for their Coordinator. */
  void startWorkloads() {
    shell.run("up", "@generated/shop.yaml", "--deployment", "@deployment.json", "--no-wait");
  }

  /** The first transition: one owner makes it, another approves it, with two recovery owners. */
  void first() {
    sign(FIRST, "open the shop", "ann", "rut");
    approve(FIRST, "bob", "sam");
    set(FIRST);
    keepStore(FIRST_STORE);
  }

  /** One more name for the front, signed by two of three. The policies stay as they are. */
  void update() {
    yaml(
        "shop",
        "shop.yaml",
        text ->
            text.replaceFirst(
                "        app: front\n    spec:",
                "        app: front\n      annotations:\n        cloister.dev/sans: shop.example\n"
                    + "    spec:"));
    generate();
    sign(SECOND, "the front has a name of its own", "bob");
    approve(SECOND, "cid");
    set(SECOND);
    keepStore(NEWEST_STORE);
  }

  void sign(String file, String reason, String... owners) {
    List<String> words = new ArrayList<>(List.of("sign", "--to", file, "--reason", reason));
    shell.run(words(words, owners));
  }

  void approve(String file, String... owners) {
    shell.run(words(new ArrayList<>(List.of("approve", file)), owners));
  }

  private void set(String file) {
    shell.run(words(new ArrayList<>(List.of("set", "--transition", file)), "ann"));
  }

  private static String[] words(List<String> words, String... owners) {
    words.addAll(List.of("-m", "@generated/manifest.json", "-d", "@" + owners[0]));
    if (!words.getFirst().equals("set")) {
      for (String owner : owners) {
        words.addAll(List.of("-k", "@" + owner));
      }
    }
    words.addAll(List.of("--allow-simulated", "--known-heads", "@known-heads.json"));
    return words.toArray(new String[0]);
  }

  /** Waits until both workloads run and have certificates of this transition; says who they are. */
  String awaitJoined(long number) {
    long deadline = System.nanoTime() + JOIN_LIMIT.toNanos();
    while (true) {
      List<Pod> pods = workloads();
      boolean all =
          pods.stream()
              .allMatch(pod ->
                  pod.phase().equals("Running")
                      && pod.join().state().equals("joined")
                      && pod.join().headNumber() == number);
      if (all) {
        return String.join(", ", pods.stream().map(pod -> pod.join().identity()).toList());
      }
      if (System.nanoTime() > deadline) {
        throw new CloisterException(
            E2eError.STEP_FAILED,
            "join",
            String.join("; ", pods.stream().map(Shop::told).toList()));
      }
      Pause.of(Duration.ofMillis(300));
    }
  }

  private static String told(Pod pod) {
    return pod.name()
        + " is "
        + pod.phase()
        + ", "
        + pod.join().state()
        + " "
        + pod.join().reason();
  }

  /** The two workloads' pods, by name. */
  List<Pod> workloads() {
    return stage.node().calls().listPods().pods().stream()
        .filter(pod -> pod.name().startsWith("front") || pod.name().startsWith("back"))
        .sorted(Comparator.comparing(Pod::name))
        .toList();
  }

  /** Ends the Coordinator's VM as a crash would, and takes away what is left of it. */
  void killCoordinator() {
    Pod pod = stage.node().pod(COORDINATOR);
    ProcessHandle.of(pod.qemuPid()).ifPresent(ProcessHandle::destroyForcibly);
    shell.run("down", COORDINATOR);
  }

  /** Two of the three recovery owners hand in their shares. */
  void recover() {
    recover("rut", 1);
    recover("tom", 3);
  }

  private void recover(String owner, int index) {
    shell.run(recovery(owner, index));
  }

  /** The command by which a recovery owner hands in a share of the first transition. */
  String[] recovery(String owner, int index) {
    return new String[] {
      "recover",
      "-d",
      "@" + owner,
      "--share",
      "@ann/shares/share-1-" + index + ".json",
      "--allow-simulated",
      "--known-heads",
      "@known-heads.json",
      "--coordinator",
      address().host()
    };
  }

  /** Where the Coordinator is. */
  CoordinatorAddress address() {
    return new CoordinatorAddress(
        stage.node().pod(COORDINATOR).ips().getFirst(), CoordinatorAddress.CHANNEL_PORT);
  }

  /** What an outsider types. */
  String target() {
    return deployment().pin() + "@" + address().host();
  }

  /** An owner's connection, with the checks that any client makes. */
  CoordinatorClient client() {
    return new CoordinatorClient(
        Trust.of(deployment().pin(), InstantSource.system()).allowingSimulated(),
        ClientLimits.STANDARD,
        new SecureRandom());
  }

  Deployment deployment() {
    return Deployment.parse(file("deployment.json"));
  }

  /** The manifest that was generated last. */
  Manifest manifest() {
    return Manifest.parse(file("generated/manifest.json"));
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
    try {
      return Bytes.of(Files.readAllBytes(directory.resolve(name)));
    } catch (IOException e) {
      throw Stage.failed(name, e);
    }
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

  /** Why an outsider who knows the pin refuses what answers at an address. */
  String refusedToOutsiders(ErrorCode code, String mentions, CoordinatorAddress where) {
    return shell.refusal(
        code,
        mentions,
        "verify",
        deployment().pin() + "@" + where,
        "--allow-simulated",
        "--known-heads",
        "@outsider.json");
  }

  /**
   * Boots a pod of "back" that was changed after the manifest was signed, and waits for the reason
   * why it is not let in. None of its containers may have started.
   */
  String neverJoins(String name, UnaryOperator<String> change) {
    String yaml = change.apply(text(directory.resolve("shop.yaml")));
    Generation changed =
        new Derivation(deployment(), "default", RegistryOptions.defaults(), stage.locations())
            .of(List.of(SourceFile.of("shop.yaml", yaml)), stage.terminal());
    GeneratedWorkload workload =
        changed.workloads().stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow();
    NodeService node = stage.node().calls();
    String id = node.runPod(PodRunner.request(workload, 7, "")).id();
    try {
      return awaitRefusal(id);
    } finally {
      stage.node().calls(REFUSAL_LIMIT).stopPod(new StopPodRequest(id));
    }
  }

  private String awaitRefusal(String id) {
    long deadline = System.nanoTime() + REFUSAL_LIMIT.toNanos();
    while (true) {
      Pod pod = stage.node().pod(id);
      if (pod.containers().stream().anyMatch(one -> HAS_RUN.contains(one.state()))) {
        throw Refusals.notRefused("a container started: " + told(pod), null);
      }
      if (NOT_LISTED.stream().anyMatch(pod.join().reason()::contains)) {
        return Refusals.shown(pod.join().reason());
      }
      if (System.nanoTime() > deadline) {
        throw Refusals.notRefused("no refusal in time: " + told(pod), null);
      }
      Pause.of(Duration.ofMillis(300));
    }
  }

  /** Keeps a copy of the store. */
  private void keepStore(String name) {
    copy(store(), directory.resolve(name));
  }

  /** Puts a kept store in the place of the one in use; what the host may always do. */
  void useStore(String name) {
    if (Files.exists(store())) {
      Teardown.delete(store());
    }
    if (!name.equals(NO_STORE)) {
      copy(directory.resolve(name), store());
    }
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw Stage.failed(from.toString(), e);
    }
  }

  /** The directory of the Coordinator's store, which the node serves and nobody trusts. */
  Path store() {
    return stage.locations().state().resolve("store").resolve(deployment().pin().toString());
  }
}
