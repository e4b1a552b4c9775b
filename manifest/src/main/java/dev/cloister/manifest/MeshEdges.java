package dev.cloister.manifest;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.Protocol;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether every connection of a manifest ends at a port that somebody offers. */
final class MeshEdges {

  private MeshEdges() {}

  /**
   * Checks all connections. Entries of one name are one workload: a port that one of them offers is
   * offered.
   *
   * @throws CloisterException with {@link ManifestError#UNKNOWN_PEER} or {@link
   *     ManifestError#PORT_NOT_OFFERED}
   */
  static void check(Collection<Workload> workloads) {
    Map<String, Set<Integer>> offered = new HashMap<>();
    for (Workload workload : workloads) {
      Set<Integer> ports = offered.computeIfAbsent(workload.fullName(), _ -> new HashSet<>());
      workload.connections().inbound().stream()
          .filter(MeshEdges::isOfMesh)
          .forEach(port -> ports.add(port.port()));
    }
    for (Workload workload : workloads) {
      check(workload, offered);
    }
  }

  private static void check(Workload workload, Map<String, Set<Integer>> offered) {
    List<Connection> connections = workload.connections().connectsTo();
    for (int i = 0; i < connections.size(); i++) {
      Connection to = connections.get(i);
      String path = "workloads[" + workload.initdataDigest().toHex() + "].connectsTo[" + i + "]";
      Set<Integer> ports = offered.get(to.workload());
      if (ports == null) {
        throw new CloisterException(
            ManifestError.UNKNOWN_PEER,
            path + ".workload",
            "there is no workload \"" + Printable.escape(to.workload()) + "\"");
      }
      if (!ports.contains(to.targetPort())) {
        throw new CloisterException(
            ManifestError.PORT_NOT_OFFERED,
            path + ".targetPort",
            to.workload() + " does not offer port " + to.targetPort());
      }
    }
  }

  private static boolean isOfMesh(InboundPort port) {
    return port.protocol() == Protocol.TCP && port.mode() != InboundMode.PLAIN;
  }
}
