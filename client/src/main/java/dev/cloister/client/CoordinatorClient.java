package dev.cloister.client;

import dev.cloister.channel.AttestedConnection;
import dev.cloister.channel.Attester;
import dev.cloister.channel.Initiator;
import dev.cloister.channel.Purpose;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;

/** Opens links to Coordinators of one deployment. Thread-safe. */
public final class CoordinatorClient {

  private final Trust trust;
  private final ClientLimits limits;
  private final SecureRandom random;

  /** A client that knows this much beforehand. */
  public CoordinatorClient(Trust trust, ClientLimits limits, SecureRandom random) {
    this.trust = trust;
    this.limits = limits;
    this.random = random;
  }

  /**
   * A link for anyone who wants to know what runs.
   *
   * @throws CloisterException with {@link ClientError#UNREACHABLE}, {@link
   *     ClientError#SIMULATED_NOT_ALLOWED}, or a {@link dev.cloister.channel.ChannelError}
   */
  public CoordinatorLink verify(CoordinatorAddress address) {
    return verify(connect(address));
  }

  /** The same over a connected socket, which is closed where the link is refused. */
  public CoordinatorLink verify(Socket socket) {
    return open(socket, Purpose.VERIFY);
  }

  /** A link for an owner; errors as of {@link #verify(CoordinatorAddress)}. */
  public CoordinatorLink own(CoordinatorAddress address) {
    return own(connect(address));
  }

  /** The same over a connected socket, which is closed where the link is refused. */
  public CoordinatorLink own(Socket socket) {
    return open(socket, Purpose.OWNER);
  }

  /**
   * A link for a pod's agent, which proves itself; errors as of {@link
   * #verify(CoordinatorAddress)}.
   *
   * @param attester makes evidence of kind {@code agent}
   */
  public CoordinatorLink join(CoordinatorAddress address, Attester attester) {
    return join(connect(address), attester);
  }

  /** The same over a connected socket, which is closed where the link is refused. */
  public CoordinatorLink join(Socket socket, Attester attester) {
    CoordinatorCheck check = new CoordinatorCheck(trust);
    Initiator initiator = Initiator.attesting(check, attester, limits.channel(), random);
    return open(socket, initiator, check, Purpose.JOIN);
  }

  private CoordinatorLink open(Socket socket, Purpose purpose) {
    CoordinatorCheck check = new CoordinatorCheck(trust);
    Initiator initiator = Initiator.withoutEvidence(check, limits.channel(), random);
    return open(socket, initiator, check, purpose);
  }

  /** Older heads are refused when the history is there: its code says what was found. */
  private CoordinatorLink open(
      Socket socket, Initiator initiator, CoordinatorCheck check, Purpose purpose) {
    AttestedConnection connection = initiator.connect(socket, trust.pin(), purpose, Head.NONE);
    boolean done = false;
    try {
      CoordinatorLink link = CoordinatorLink.over(connection, check, trust, limits, random);
      done = true;
      return link;
    } finally {
      if (!done) {
        connection.close();
      }
    }
  }

  private Socket connect(CoordinatorAddress address) {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(
          new InetSocketAddress(address.host(), address.port()),
          Math.toIntExact(limits.connect().toMillis()));
      return socket;
    } catch (IOException e) {
      closeQuietly(socket);
      throw new CloisterException(
          ClientError.UNREACHABLE, address.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It never was open.
    }
  }
}
