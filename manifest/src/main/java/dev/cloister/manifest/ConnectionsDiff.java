package dev.cloister.manifest;

import dev.cloister.policy.InboundPort;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What changes in the connections of one workload, in words. */
final class ConnectionsDiff {

  private ConnectionsDiff() {}

  /** Each connection that comes or goes; the order of the lists says nothing. */
  static List<String> between(Connections was, Connections is) {
    Set<String> before = words(was);
    Set<String> after = words(is);
    List<String> changes = new ArrayList<>();
    for (String connection : before) {
      if (!after.contains(connection)) {
        changes.add("no longer " + connection);
      }
    }
    for (String connection : after) {
      if (!before.contains(connection)) {
        changes.add("now " + connection);
      }
    }
    return changes;
  }

  /** All connections of a workload. */
  static Set<String> words(Connections connections) {
    Set<String> words = new LinkedHashSet<>();
    for (InboundPort port : connections.inbound()) {
      words.add(words(port));
    }
    for (Connection to : connections.connectsTo()) {
      words.add("may call " + to);
    }
    for (PodMesh.External host : connections.external()) {
      words.add("may reach " + host + " outside the deployment");
    }
    return words;
  }

  private static String words(InboundPort port) {
    String name = port.port() + "/" + port.protocol().word();
    return switch (port.mode()) {
      case MESH -> "offers " + name + " to workloads";
      case PUBLIC -> "offers " + name + " to everyone, encrypted";
      case PLAIN -> "offers " + name + " to everyone, UNENCRYPTED";
    };
  }
}
