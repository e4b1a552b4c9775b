package dev.cloister.policy;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What passes between the pod and the world. Everything else is dropped, in both directions.
 *
 * @param inbound ports that may be reached, all of mode PLAIN, 64 at most; each port and protocol
 *     once, kept sorted
 * @param outbound where containers may connect to
 */
public record NetworkPolicy(List<InboundPort> inbound, Outbound outbound) {

  /** Nothing passes. */
  public static final NetworkPolicy CLOSED = new NetworkPolicy(List.of(), Outbound.NONE);

  public NetworkPolicy {
    Grammar.atMost(inbound.size(), 64, "pod.network.inbound");
    for (InboundPort port : inbound) {
      if (port.mode() != InboundMode.PLAIN) {
        throw new CloisterException(
            PolicyError.VALUE,
            "pod.network.inbound",
            "port " + port.port() + " is " + port.mode().word() + ", which the manifest names");
      }
    }
    List<InboundPort> sorted = new ArrayList<>(inbound);
    Collections.sort(sorted);
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i - 1).compareTo(sorted.get(i)) == 0) {
        throw new CloisterException(
            PolicyError.DUPLICATE,
            "pod.network.inbound",
            "port " + sorted.get(i).port() + " stands twice");
      }
    }
    inbound = List.copyOf(sorted);
  }

  Json toJson() {
    List<Json> ports = new ArrayList<>();
    for (InboundPort port : inbound) {
      ports.add(port.toJson());
    }
    return Json.object().put("inbound", Json.of(ports)).put("outbound", outbound.word()).build();
  }
}
