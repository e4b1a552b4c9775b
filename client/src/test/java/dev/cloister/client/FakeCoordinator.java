package dev.cloister.client;

import dev.cloister.channel.AttestedConnection;
import dev.cloister.channel.Attester;
import dev.cloister.channel.ChannelLimits;
import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.channel.PeerIdentity;
import dev.cloister.channel.Purpose;
import dev.cloister.channel.Responder;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.RpcServer;
import dev.cloister.rpc.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A Coordinator on loopback with a real channel, whose every answer a test can choose. Without a
 * choice it is honest.
 */
final class FakeCoordinator implements AutoCloseable {

  private static final int SMALL_PAGE = 2;

  private final ServerSocket server;
  private final Responder responder;
  private volatile Attester attester = Shop.attester(Shop.COORDINATOR);
  private volatile Supplier<Head> head;
  private volatile Supplier<CoordinatorState> state;
  private volatile HistorySource pages;

  FakeCoordinator(Shop.Chronicle chronicle) throws IOException {
    this(chronicle::head, chronicle::state, (after, offset, _) -> page(chronicle, after));
  }

  FakeCoordinator(Supplier<Head> head, Supplier<CoordinatorState> state, HistorySource pages)
      throws IOException {
    this.head = head;
    this.state = state;
    this.pages = pages;
    this.server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    EvidenceBatcher batcher = new EvidenceBatcher(what -> attester.attest(what), Duration.ZERO, 16);
    this.responder =
        new Responder(
            new Responder.Service(
                Set.of(Shop.SHOP.pin()),
                Map.of(
                    Purpose.VERIFY,
                    Responder.NO_EVIDENCE,
                    Purpose.OWNER,
                    Responder.NO_EVIDENCE,
                    Purpose.JOIN,
                    (kind, what, evidence) ->
                        new PeerIdentity.Proven(kind, "agent", what, evidence)),
                () -> this.head.get()),
            batcher,
            ChannelLimits.standard(),
            Shop.RANDOM);
    Thread.ofVirtual().start(this::acceptAll);
  }

  /** Two entries a page. */
  static HistorySource.Page page(Shop.Chronicle chronicle, long after) {
    List<HistoryEntry> entries = chronicle.entries();
    List<HistorySource.Part> parts = new ArrayList<>();
    int from = (int) after;
    int to = Math.min(entries.size(), from + SMALL_PAGE);
    for (int i = from; i < to; i++) {
      parts.add(part(entries, i));
    }
    return new HistorySource.Page(parts, to < entries.size());
  }

  private static HistorySource.Part part(List<HistoryEntry> entries, int index) {
    HistoryEntry entry = entries.get(index);
    boolean same = index > 0 && entries.get(index - 1).manifest().equals(entry.manifest());
    return new HistorySource.Part(
        entry.transition().document(),
        same ? dev.cloister.encoding.Bytes.EMPTY : entry.manifest(),
        same ? 0 : entry.manifest().size());
  }

  FakeCoordinator attesting(Attester other) {
    attester = other;
    return this;
  }

  FakeCoordinator stating(Supplier<CoordinatorState> other) {
    state = other;
    return this;
  }

  FakeCoordinator showing(HistorySource other) {
    pages = other;
    return this;
  }

  FakeCoordinator proving(Supplier<Head> other) {
    head = other;
    return this;
  }

  void headChanged() {
    responder.headChanged();
  }

  CoordinatorAddress address() {
    return new CoordinatorAddress(server.getInetAddress().getHostAddress(), server.getLocalPort());
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (AttestedConnection connection = responder.accept(socket)) {
      new RpcServer(
              List.of(new FakeService(() -> state.get(), pages)),
              RpcLimits.STANDARD,
              Thread.ofVirtual().factory())
          .serve(Wire.of(connection.in(), connection.out()));
    } catch (IOException | CloisterException _) {
      // The client has gone, or was refused; its side says why.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
