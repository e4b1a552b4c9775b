package dev.cloister.cli;

import dev.cloister.client.CoordinatorAddress;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Workload;
import dev.cloister.rpc.NodePods.Pod;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The Coordinator that this machine's node runs. What the node says about it is a hint. */
final class LocalCoordinator {

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
}
