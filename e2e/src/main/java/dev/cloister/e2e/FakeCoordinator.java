package dev.cloister.e2e;

import dev.cloister.channel.AttestedConnection;
import dev.cloister.channel.Attester;
import dev.cloister.channel.ChannelLimits;
import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.channel.Purpose;
import dev.cloister.channel.Responder;
import dev.cloister.client.CoordinatorAddress;
import dev.cloister.client.CoordinatorLink;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.History;
import dev.cloister.rpc.CoordinatorService;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.RpcServer;
import dev.cloister.rpc.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Coordinator that an attacker wrote: it speaks the real protocol, and passes every question on
 * to the real Coordinator, so that state, history and CAs are the genuine ones. Only its evidence
 * is its own.
 */
final class FakeCoordinator implements AutoCloseable {

  private final ServerSocket listener;
  private final Responder responder;
  private final CoordinatorService genuine;

  /**
   * @param link to the real Coordinator
   * @param history what it shows
   */
  FakeCoordinator(CoordinatorLink link, History history, Attester attester) {
    this.genuine = new CoordinatorService.Client(link.rpc(), Duration.ofSeconds(30));
    this.responder =
        new Responder(
            new Responder.Service(
                Set.of(history.deployment().pin()),
                Map.of(Purpose.VERIFY, Responder.NO_EVIDENCE),
                history::head),
            new EvidenceBatcher(attester, Duration.ZERO, 1),
            ChannelLimits.standard(),
            new SecureRandom());
    try {
      this.listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw Stage.failed("loopback", e);
    }
    Thread.ofVirtual().name("fake-coordinator").start(this::listen);
  }

  CoordinatorAddress address() {
    return new CoordinatorAddress(
        listener.getInetAddress().getHostAddress(), listener.getLocalPort());
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (AttestedConnection connection = responder.accept(socket)) {
      new RpcServer(
              List.of(new CoordinatorService.Dispatcher(genuine)),
              RpcLimits.STANDARD,
              Thread.ofVirtual().factory())
          .serve(Wire.of(connection.in(), connection.out()));
    } catch (IOException | CloisterException _) {
      // The victim noticed.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw Stage.failed("loopback", e);
    }
  }
}
