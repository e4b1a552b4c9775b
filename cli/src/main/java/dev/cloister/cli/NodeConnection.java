package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import dev.cloister.node.NodeDaemon;
import dev.cloister.node.NodeDirectories;
import dev.cloister.rpc.NodePods.GetInfoResponse;
import dev.cloister.rpc.NodePods.Pod;
import dev.cloister.rpc.NodePods.ShutdownRequest;
import dev.cloister.rpc.NodeService;
import dev.cloister.rpc.RpcClient;
import dev.cloister.rpc.SimulatorMessages.GetVendorResponse;
import dev.cloister.rpc.SimulatorService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The processes of this machine's node: its daemon and the simulated security processor. Both are
 * started where they do not serve, and run on when the command ends. For one thread.
 */
public final class NodeConnection implements AutoCloseable {

  private static final Duration CALL_LIMIT = Duration.ofSeconds(60);
  private static final List<String> SMALL =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx96m",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED");

  private final RpcClient rpc;
  private final NodeService.Client node;

  private NodeConnection(RpcClient rpc) {
    this.rpc = rpc;
    this.node = new NodeService.Client(rpc, CALL_LIMIT);
  }

  /**
   * A connection to the daemon, if it serves or has pods: one that was killed is started again and
   * adopts them. Without a guest image it starts no others; {@link #start} gives it one.
   */
  public static Optional<NodeConnection> find(Locations locations) {
    Daemon daemon = daemon(locations, locations.environment());
    Optional<RpcClient> serving = daemon.connect();
    if (serving.isEmpty() && leftPods(locations)) {
      startSimulator(locations).close();
      serving = Optional.of(daemon.connectOrStart());
    }
    return serving.map(NodeConnection::new);
  }

  private static boolean leftPods(Locations locations) {
    Path pods = new NodeDirectories(locations.state(), locations.run(), locations.cache()).pods();
    try (Stream<Path> records = Files.list(pods)) {
      return records.findAny().isPresent();
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * A connection to the daemon, which is started where it does not serve. One that boots another
   * image makes room for a new one, which adopts the pods that run: they keep the image that they
   * have.
   *
   * @param guestImage directory of the image that its VMs boot
   */
  public static NodeConnection start(Locations locations, Path guestImage) {
    startSimulator(locations).close();
    Daemon daemon = node(locations, guestImage);
    NodeConnection running = new NodeConnection(daemon.connectOrStart());
    GetInfoResponse info = running.calls().getInfo();
    if (info.guestImage().equals(guestImage.toString())) {
      return running;
    }
    running.calls().shutdown(new ShutdownRequest(false));
    running.close();
    daemon.awaitEnd(info.pid());
    return new NodeConnection(daemon.connectOrStart());
  }

  /** The certificates of the simulated vendor, whose process is started where it does not serve. */
  public static GetVendorResponse simulatedVendor(Locations locations) {
    try (RpcClient connection = startSimulator(locations)) {
      return new SimulatorService.Client(connection, CALL_LIMIT).getVendor();
    }
  }

  /** Ends the simulated security processor; VMs that run on have no evidence then. */
  public static void stopSimulator(Locations locations) {
    simulator(locations).stop();
  }

  private static RpcClient startSimulator(Locations locations) {
    return simulator(locations).connectOrStart();
  }

  private static Daemon simulator(Locations locations) {
    return new Daemon(
        "simulator",
        locations.simulatorSocket(),
        "dev.cloister.simulator.SimulatorProcess",
        SMALL,
        locations.environment(),
        locations.state().resolve("simulator").resolve("simulator.log"));
  }

  private static Daemon node(Locations locations, Path guestImage) {
    Map<String, String> environment = new HashMap<>(locations.environment());
    environment.put("CLOISTER_GUEST_IMAGE", guestImage.toString());
    return daemon(locations, environment);
  }

  private static Daemon daemon(Locations locations, Map<String, String> environment) {
    return new Daemon(
        "node daemon",
        locations.nodeSocket(),
        "dev.cloister.node.NodeDaemon",
        nodeOptions(),
        environment,
        locations.state().resolve("node").resolve("daemon.log"));
  }

  private static List<String> nodeOptions() {
    List<String> options = new ArrayList<>(NodeDaemon.JVM_OPTIONS);
    options.add("--enable-native-access=ALL-UNNAMED");
    return options;
  }

  /** The daemon's calls, each with this time limit. */
  public NodeService calls(Duration limit) {
    return node.within(limit);
  }

  /** The daemon's calls. */
  public NodeService calls() {
    return node;
  }

  /**
   * The pod that is meant by its id, {@code namespace/name}, its name, or the name of the workload
   * that it belongs to.
   *
   * @throws CloisterException with {@link CliError#NO_SUCH_POD} where none or several are meant
   */
  public Pod pod(String meant) {
    List<Pod> all = node.listPods().pods();
    for (Pod pod : all) {
      if (meant.equals(pod.id()) || meant.equals(fullName(pod)) || meant.equals(pod.name())) {
        return pod;
      }
    }
    List<Pod> ofWorkload = all.stream().filter(pod -> isOfWorkload(pod, meant)).toList();
    if (ofWorkload.size() == 1) {
      return ofWorkload.getFirst();
    }
    throw new CloisterException(
        CliError.NO_SUCH_POD,
        meant,
        ofWorkload.isEmpty()
            ? "no pod has this name"
            : "several pods are meant: "
                + String.join(", ", ofWorkload.stream().map(NodeConnection::fullName).toList()));
  }

  private static boolean isOfWorkload(Pod pod, String meant) {
    return fullName(pod).startsWith(meant + "-") || pod.name().startsWith(meant + "-");
  }

  /** Namespace and name. */
  public static String fullName(Pod pod) {
    return pod.namespace() + "/" + pod.name();
  }

  @Override
  public void close() {
    rpc.close();
  }
}
