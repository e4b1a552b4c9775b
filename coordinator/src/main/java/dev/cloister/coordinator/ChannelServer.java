package dev.cloister.coordinator;

import dev.cloister.channel.AttestedConnection;
import dev.cloister.channel.ChannelLimits;
import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.channel.Purpose;
import dev.cloister.channel.Responder;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.rpc.CoordinatorService;
import dev.cloister.rpc.RpcServer;
import dev.cloister.rpc.Wire;
import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Serves attested channels at one port. A virtual thread accepts, one serves each connection and
 * one each call; {@link ChannelLimits} and {@link PurposeGate} bound how many there are.
 */
public final class ChannelServer implements Closeable {

  private final Coordinator coordinator;
  private final ServerSocket socket;
  private final Responder responder;
  private final PurposeGate gate = new PurposeGate();

  private ChannelServer(Coordinator coordinator, ServerSocket socket, Responder responder) {
    this.coordinator = coordinator;
    this.socket = socket;
    this.responder = responder;
  }

  /**
   * Begins to serve.
   *
   * @param batcher shared with whoever else makes evidence of this VM
   * @param socket bound; closed with this
   */
  public static ChannelServer start(
      Coordinator coordinator, EvidenceBatcher batcher, ServerSocket socket, ChannelLimits limits) {
    ChannelServer server = create(coordinator, batcher, socket, limits);
    server.open();
    return server;
  }

  /** One that does not serve yet. */
  static ChannelServer create(
      Coordinator coordinator, EvidenceBatcher batcher, ServerSocket socket, ChannelLimits limits) {
    Responder responder =
        new Responder(
            new Responder.Service(
                Set.of(coordinator.deployment().pin()),
                Map.of(
                    Purpose.OWNER, Responder.NO_EVIDENCE,
                    Purpose.VERIFY, Responder.NO_EVIDENCE,
                    Purpose.JOIN, new JoinCheck(coordinator)),
                coordinator::head),
            batcher,
            limits,
            coordinator.parts().random());
    coordinator.onMove(responder::headChanged);
    return new ChannelServer(coordinator, socket, responder);
  }

  /** Begins to serve; the socket is bound. */
  void open() {
    Thread.ofVirtual().name("channel-accept").start(this::acceptAll);
  }

  /** Number of channels, those in their handshake among them. */
  public int connections() {
    return responder.connections();
  }

  private void acceptAll() {
    while (!socket.isClosed()) {
      try {
        Socket peer = socket.accept();
        Thread.ofVirtual().name("channel").start(() -> serve(peer));
      } catch (SocketException _) {
        return;
      } catch (IOException _) {
        // One connection less; the port stays open.
      }
    }
  }

  private void serve(Socket peer) {
    try (AttestedConnection connection = accept(peer)) {
      serve(connection, String.valueOf(peer.getInetAddress()));
    } catch (CloisterException e) {
      refused("none", e);
    } catch (IOException _) {
      // The peer has gone.
    }
  }

  private void serve(AttestedConnection connection, String origin) throws IOException {
    Purpose purpose = connection.purpose();
    try (PurposeGate.Place _ = gate.enter(purpose, origin)) {
      coordinator.counters().add(Counter.CHANNELS_OPENED);
      serve(connection, PurposeGate.allowance(purpose));
    } catch (CloisterException e) {
      refused(purpose.text(), e);
    }
  }

  /** Counted by what was found, and nothing else is kept of it. */
  private void refused(String purpose, CloisterException e) {
    ErrorCode code = e.getCause() instanceof CloisterException inner ? inner.code() : e.code();
    coordinator.counters().add(Counter.CHANNELS_REFUSED);
    coordinator.counters().refused(purpose, code);
  }

  private AttestedConnection accept(Socket peer) throws IOException {
    peer.setTcpNoDelay(true);
    return responder.accept(peer);
  }

  private void serve(AttestedConnection connection, PurposeGate.Allowance allowance)
      throws IOException {
    Thread end = end(connection, allowance.life());
    try {
      new RpcServer(
              List.of(new CoordinatorService.Dispatcher(new ChannelCalls(coordinator, connection))),
              allowance.calls(),
              Thread.ofVirtual().name("call").factory())
          .serve(Wire.of(connection.in(), connection.out()));
    } finally {
      end.interrupt();
    }
  }

  private static Thread end(AttestedConnection connection, Duration life) {
    return Thread.ofVirtual()
        .name("channel-end")
        .start(() -> {
          if (life.isZero()) {
            return;
          }
          try {
            Thread.sleep(life);
            connection.close();
          } catch (InterruptedException _) {
            // It ended by itself.
          }
        });
  }

  /** Takes no more connections; those that are open stay so. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
