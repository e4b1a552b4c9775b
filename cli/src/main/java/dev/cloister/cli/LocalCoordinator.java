package dev.cloister.cli;

import dev.cloister.client.CoordinatorAddress;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Workload;
import dev.cloister.rpc.NodePods.Pod;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The Coordinator that this machine's node runs. What the node says about it is a hint. */
public final class LocalCoordinator {

  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final int CONNECT_MILLIS = 2000;
  private static final long PAUSE_MILLIS = 200;

  private LocalCoordinator() {}

  /**
   * The address of the newest pod whose initdata one of the manifests lists as a Coordinator. Empty
   * where there is none, or no node daemon.
   */
  static Optional<CoordinatorAddress> find(Locations locations, List<Manifest> manifests) {
    Optional<NodeConnection> connection = NodeConnection.find(locations);
    if (connection.isEmpty()) {
      return Optional.empty();
    }
    try (NodeConnection node = connection.get()) {
      return node.calls().listPods().pods().stream()
          .filter(pod -> !pod.ips().isEmpty() && isCoordinator(pod, manifests))
          .max(Comparator.comparingLong(Pod::startedMillis))
          .map(
              pod -> new CoordinatorAddress(pod.ips().getFirst(), CoordinatorAddress.CHANNEL_PORT));
    }
  }

  private static boolean isCoordinator(Pod pod, List<Manifest> manifests) {
    return manifests.stream()
        .anyMatch(manifest ->
            manifest.workload(pod.initdataDigest()).filter(Workload::isCoordinator).isPresent());
  }

  /**
   * Waits until a Coordinator that was just started takes connections.
   *
   * @throws CloisterException with {@link CliError#NO_COORDINATOR} where it does not in three
   *     minutes
   */
  public static void awaitAnswer(CoordinatorAddress where, Terminal terminal) {
    if (!answers(where)) {
      terminal.during("waiting for the Coordinator at " + where, () -> keepAsking(where));
    }
  }

  private static boolean keepAsking(CoordinatorAddress where) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!answers(where)) {
      if (System.nanoTime() - deadline > 0) {
        throw new CloisterException(
            CliError.NO_COORDINATOR, where.toString(), "it runs on this node and does not answer");
      }
      pause(where);
    }
    return true;
  }

  private static void pause(CoordinatorAddress where) {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(CliError.NO_COORDINATOR, where.toString(), "interrupted", e);
    }
  }

  private static boolean answers(CoordinatorAddress where) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(where.host(), where.port()), CONNECT_MILLIS);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
