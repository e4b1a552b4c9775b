package dev.cloister.coordinator;

import dev.cloister.channel.AttestedConnection;
import dev.cloister.channel.ChannelLimits;
import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.channel.Initiator;
import dev.cloister.channel.PeerIdentity;
import dev.cloister.channel.Purpose;
import dev.cloister.channel.Responder;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * One channel from the Coordinator to itself before it serves others: a fresh JVM in a slow VM
 * spends more time on its first handshake than a client waits. Nothing depends on its outcome.
 */
final class Rehearsal {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Rehearsal() {}

  /** Opens a channel on loopback, with real evidence, and closes it. */
  static void run(Coordinator coordinator, EvidenceBatcher batcher) {
    ChannelLimits limits =
        ChannelLimits.standard().withTimes(LIMIT, Duration.ofHours(1), LIMIT).withCounts(1, 1, 1);
    Responder responder =
        new Responder(
            new Responder.Service(
                Set.of(coordinator.deployment().pin()),
                Map.of(Purpose.VERIFY, Responder.NO_EVIDENCE),
                coordinator::head),
            batcher,
            limits,
            coordinator.parts().random());
    long begun = System.nanoTime();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
      Thread.ofVirtual().name("rehearsal").start(() -> answer(responder, server));
      open(coordinator, limits, socket).close();
      long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
      coordinator.parts().log().say("rehearsed", millis + " ms");
    } catch (CloisterException e) {
      coordinator.parts().log().say("rehearsal failed", e);
    } catch (IOException e) {
      coordinator.parts().log().say("rehearsal failed", String.valueOf(e.getMessage()));
    }
  }

  private static AttestedConnection open(
      Coordinator coordinator, ChannelLimits limits, Socket socket) {
    // It talks to itself: there is nobody to be mistaken for.
    return Initiator.withoutEvidence(
            (kind, what, evidence) -> new PeerIdentity.Proven(kind, "self", what, evidence),
            limits,
            coordinator.parts().random())
        .connect(socket, coordinator.deployment().pin(), Purpose.VERIFY, Head.NONE);
  }

  private static void answer(Responder responder, ServerSocket server) {
    try (Socket peer = server.accept();
        AttestedConnection connection = responder.accept(peer)) {
      int end = connection.in().read();
      if (end >= 0) {
        throw new IOException("a rehearsal has no calls");
      }
    } catch (IOException | CloisterException _) {
      // The other end says why.
    }
  }
}
