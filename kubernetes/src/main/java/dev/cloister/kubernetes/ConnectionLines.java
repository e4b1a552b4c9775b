package dev.cloister.kubernetes;

import dev.cloister.manifest.Connection;
import dev.cloister.manifest.PodMesh;
import dev.cloister.policy.InboundPort;
import java.util.ArrayList;
import java.util.List;

/** The connections of a workload in words, one line for each. */
final class ConnectionLines {

  private ConnectionLines() {}

  static List<String> of(GeneratedWorkload workload) {
    List<String> lines = new ArrayList<>();
    for (InboundPort port : workload.connections().inbound()) {
      lines.add(
          "from "
              + switch (port.mode()) {
                case MESH -> callers(workload, port.port());
                case PUBLIC -> "everyone, encrypted";
                case PLAIN -> "everyone, UNENCRYPTED";
              }
              + " to port "
              + port.port()
              + "/"
              + port.protocol().word());
    }
    for (Connection to : workload.connections().connectsTo()) {
      lines.add(
          "to "
              + to.name()
              + ":"
              + to.port()
              + ", which only "
              + to.workload()
              + " may be (its port "
              + to.targetPort()
              + ")");
    }
    for (PodMesh.External host : workload.connections().external()) {
      lines.add("to " + host + ", outside the deployment");
    }
    return lines;
  }

  private static String callers(GeneratedWorkload workload, int port) {
    List<String> callers = workload.callers().getOrDefault(port, List.of());
    return callers.isEmpty() ? "nobody" : String.join(" and ", callers);
  }
}
