package dev.cloister.channel;

import java.util.HashMap;
import java.util.Map;

/** Counts handshakes and connections, and refuses what is too much before it costs anything. */
final class HandshakeGate {

  private final ChannelLimits limits;
  private final Map<String, Integer> handshakesOf = new HashMap<>();
  private int handshakes;
  private int connections;

  HandshakeGate(ChannelLimits limits) {
    this.limits = limits;
  }

  /** A place for one handshake, and then for one connection. */
  synchronized Place enter(String origin) {
    int ofOrigin = handshakesOf.getOrDefault(origin, 0);
    if (handshakes >= limits.handshakes()
        || ofOrigin >= limits.handshakesOfOneOrigin()
        || connections >= limits.connections()) {
      throw Step.ADMISSION.refuse(
          ChannelError.BUSY,
          handshakes + " handshakes, " + ofOrigin + " of one origin, " + connections + " open");
    }
    handshakes++;
    connections++;
    handshakesOf.merge(origin, 1, Integer::sum);
    return new Place(origin);
  }

  synchronized int handshakes() {
    return handshakes;
  }

  synchronized int connections() {
    return connections;
  }

  synchronized int origins() {
    return handshakesOf.size();
  }

  private synchronized void endHandshake(String origin) {
    handshakes--;
    handshakesOf.merge(origin, -1, (held, one) -> held == 1 ? null : held + one);
  }

  private synchronized void endConnection() {
    connections--;
  }

  /** One connection's place. */
  final class Place {
    private final String origin;
    private boolean shaking = true;
    private boolean held = true;

    private Place(String origin) {
      this.origin = origin;
    }

    synchronized void opened() {
      if (shaking) {
        shaking = false;
        endHandshake(origin);
      }
    }

    synchronized void leave() {
      opened();
      if (held) {
        held = false;
        endConnection();
      }
    }
  }
}
