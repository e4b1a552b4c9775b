package dev.cloister.policy;

import dev.cloister.encoding.Json;

/**
 * A port that may be reached from outside the VM.
 *
 * @param port 1 to 65,535
 * @param protocol its protocol
 * @param mode how it is protected
 */
public record InboundPort(int port, Protocol protocol, InboundMode mode)
    implements Comparable<InboundPort> {

  public InboundPort {
    Grammar.range(port, 1, 65_535, "pod.network.inbound.port");
  }

  /** By number, then protocol. */
  @Override
  public int compareTo(InboundPort that) {
    return port != that.port ? Integer.compare(port, that.port) : protocol.compareTo(that.protocol);
  }

  Json toJson() {
    return Json.object()
        .put("port", port)
        .put("protocol", protocol.word())
        .put("mode", mode.word())
        .build();
  }
}
