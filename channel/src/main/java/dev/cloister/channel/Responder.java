package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Head;
import java.io.Closeable;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Takes connections in and proves first. Thread-safe: each connection is accepted by a thread of
 * its own (a virtual one), which {@link #accept} blocks until the channel is open.
 */
public final class Responder {

  /** The check for purposes that ask for no evidence: it is never asked. */
  public static final PeerCheck NO_EVIDENCE =
      (kind, what, evidence) -> {
        throw new CloisterException(
            ChannelError.PROOF_UNWANTED, Step.PROOF.text(), "the purpose has no evidence");
      };

  /**
   * What a responder serves.
   *
   * @param pins deployments, at least one
   * @param checks the purposes served, each with the check of the initiator's evidence ({@link
   *     #NO_EVIDENCE} where the purpose has none), at least one
   * @param heads gives the newest transition of the moment
   */
  public record Service(
      Set<DeploymentPin> pins, Map<Purpose, PeerCheck> checks, Supplier<Head> heads) {
    public Service {
      pins = Set.copyOf(pins);
      checks = Map.copyOf(checks);
      if (pins.isEmpty() || checks.isEmpty()) {
        throw new IllegalArgumentException("a responder without deployments or purposes");
      }
    }

    boolean serves(Bytes pin) {
      return pins.contains(new DeploymentPin(pin));
    }

    /** The purpose of this name, if it is served. */
    Purpose purpose(String text) {
      for (Purpose purpose : checks.keySet()) {
        if (purpose.text().equals(text)) {
          return purpose;
        }
      }
      throw Step.HELLO.refuse(
          ChannelError.PURPOSE_NOT_SERVED, "purpose is not one of those served");
    }

    PeerCheck check(Purpose purpose) {
      return checks.getOrDefault(purpose, NO_EVIDENCE);
    }
  }

  private final Service service;
  private final EvidenceBatcher batcher;
  private final ChannelLimits limits;
  private final SecureRandom random;
  private final HandshakeGate gate;
  private final Set<AttestedConnection> open = ConcurrentHashMap.newKeySet();

  /** A responder, whose evidence is of kind {@code coordinator}. */
  public Responder(
      Service service, EvidenceBatcher batcher, ChannelLimits limits, SecureRandom random) {
    this.service = service;
    this.batcher = batcher;
    this.limits = limits;
    this.random = random;
    this.gate = new HandshakeGate(limits);
  }

  /**
   * Opens a channel over a connected socket, which it closes where it refuses.
   *
   * @throws CloisterException with a {@link ChannelError}, naming the step
   */
  public AttestedConnection accept(Socket socket) {
    return accept(socket, String.valueOf(socket.getInetAddress()));
  }

  /**
   * Opens a channel over a pair of byte streams.
   *
   * @param transport closes both streams, so that reads and writes that block on them end
   * @param origin whom to count the handshake under, for example an address
   * @throws CloisterException with a {@link ChannelError}, naming the step
   */
  public AttestedConnection accept(
      InputStream in, OutputStream out, Closeable transport, String origin) {
    return accept(new StreamSocket(in, out, transport), origin);
  }

  private AttestedConnection accept(Socket transport, String origin) {
    HandshakeGate.Place place = enter(transport, origin);
    boolean done = false;
    try {
      AttestedConnection connection = open(transport, place);
      done = true;
      return connection;
    } finally {
      if (!done) {
        place.leave();
      }
    }
  }

  private HandshakeGate.Place enter(Socket transport, String origin) {
    try {
      return gate.enter(origin);
    } catch (CloisterException e) {
      Opening.closeQuietly(transport);
      throw e;
    }
  }

  private AttestedConnection open(Socket transport, HandshakeGate.Place place) {
    ResponderExchange.Terms terms =
        new ResponderExchange.Terms(service, batcher, random, limits.minimumRenewal());
    // The connection is known only after its own closing action is made.
    Registration registration = new Registration(place);
    AttestedConnection connection =
        new Opening(transport, limits, random)
            .<ResponderExchange>open(
                false,
                (binding, link) -> new ResponderExchange(terms, binding, link),
                (exchange, first, tls, link) ->
                    new AttestedConnection.Opened(
                        false,
                        new DeploymentPin(exchange.agreed().pin()),
                        exchange.agreed().purpose(),
                        first,
                        exchange,
                        link,
                        transport,
                        tls.binding(),
                        limits,
                        registration::end));
    place.opened();
    registration.begin(connection);
    connection.renewIfStale();
    return connection;
  }

  /** Keeps a connection in the set of open ones from its opening to its end. */
  private final class Registration {
    private final HandshakeGate.Place place;
    private final List<AttestedConnection> held = new ArrayList<>();
    private boolean ended;

    Registration(HandshakeGate.Place place) {
      this.place = place;
    }

    synchronized void begin(AttestedConnection connection) {
      if (!ended) {
        held.add(connection);
        open.add(connection);
      }
    }

    synchronized void end() {
      ended = true;
      held.forEach(open::remove);
      place.leave();
    }
  }

  /** Asks for a repeated exchange on every open connection whose transition is not the newest. */
  public void headChanged() {
    open.forEach(AttestedConnection::renewIfStale);
  }

  /** Number of handshakes under way. */
  public int handshakes() {
    return gate.handshakes();
  }

  /** Number of connections, those in their handshake among them. */
  public int connections() {
    return gate.connections();
  }
}
