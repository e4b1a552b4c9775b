package dev.cloister.kubernetes;

import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.Protocol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ports of a pod.
 *
 * @param inbound those that may be reached, sorted, each once
 * @param named numbers of the containers' named ports
 */
record Ports(List<InboundPort> inbound, Map<String, Integer> named) {

  Ports {
    inbound = List.copyOf(inbound);
    named = Collections.unmodifiableMap(new TreeMap<>(named));
  }

  /** Whether a text is the number of a port, 1 to 65,535. */
  static boolean isNumber(String text) {
    return text.matches("[1-9][0-9]{0,4}") && Integer.parseInt(text) <= 65_535;
  }

  /**
   * The ports that annotations name, and for a pod that joins its containers' other TCP ports as
   * {@link InboundMode#MESH}: they stay closed as long as no workload may connect to them.
   *
   * @param declared TCP ports of the containers
   */
  static List<InboundPort> inbound(
      List<InboundPort> annotated, TreeSet<Integer> declared, boolean joins) {
    List<InboundPort> ports = new ArrayList<>(annotated);
    if (joins) {
      for (int number : declared) {
        InboundPort port = new InboundPort(number, Protocol.TCP, InboundMode.MESH);
        if (ports.stream().noneMatch(other -> other.compareTo(port) == 0)) {
          ports.add(port);
        }
      }
    }
    Collections.sort(ports);
    return ports;
  }
}
