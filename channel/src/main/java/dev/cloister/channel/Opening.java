package dev.cloister.channel;

import dev.cloister.encoding.CloisterException;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** From a connected transport to the first finished round, within one deadline. */
final class Opening {

  private final Socket transport;
  private final ChannelLimits limits;
  private final SecureRandom random;
  private Step step = Step.TLS;

  Opening(Socket transport, ChannelLimits limits, SecureRandom random) {
    this.transport = transport;
    this.limits = limits;
    this.random = random;
  }

  /** One end's exchange over a TLS session. */
  @FunctionalInterface
  interface Start<E extends Exchange> {
    E over(SessionBinding binding, FrameLink link);
  }

  /** What is made of the finished round. */
  @FunctionalInterface
  interface Finish<E extends Exchange> {
    AttestedConnection.Opened of(E exchange, Round first, TlsLink tls, FrameLink link);
  }

  <E extends Exchange> AttestedConnection open(
      boolean initiator, Start<E> start, Finish<E> finish) {
    boolean done = false;
    Deadline deadline = Deadline.start(limits.handshake(), () -> closeQuietly(transport));
    try {
      ChannelKeyManager own = new ChannelKeyManager(random);
      TlsLink tls =
          initiator
              ? TlsLink.initiate(transport, own, random)
              : TlsLink.respond(transport, own, random);
      FrameLink link = new FrameLink(tls.in(), tls.out());
      E exchange = start.over(tls.binding(), link);
      Round first = firstRound(exchange, link);
      deadline.close();
      if (deadline.expired()) {
        throw step.refuse(ChannelError.DEADLINE, "not open in time");
      }
      AttestedConnection connection = new AttestedConnection(finish.of(exchange, first, tls, link));
      connection.begin();
      done = true;
      return connection;
    } catch (IOException e) {
      throw deadline.expired() ? late(e) : lost(e);
    } catch (CloisterException e) {
      throw deadline.expired() && isLoss(e) ? late(e) : e;
    } finally {
      deadline.close();
      if (!done) {
        closeQuietly(transport);
      }
    }
  }

  private Round firstRound(Exchange exchange, FrameLink link) throws IOException {
    try {
      step = exchange.step();
      return Exchange.run(exchange, link);
    } catch (CloisterException e) {
      step = exchange.step();
      if (e.code() != ChannelError.REFUSED_BY_PEER && !isLoss(e)) {
        link.refuse(e);
      }
      throw e;
    } catch (IOException e) {
      step = exchange.step();
      throw e;
    }
  }

  private static boolean isLoss(CloisterException e) {
    return e.code() == ChannelError.CONNECTION_LOST || e.code() == ChannelError.TLS_FAILED;
  }

  private CloisterException late(Exception cause) {
    return step.refuse(
        ChannelError.DEADLINE, "not open within " + limits.handshake().toMillis() + " ms", cause);
  }

  private CloisterException lost(IOException cause) {
    return step.refuse(
        step == Step.TLS ? ChannelError.TLS_FAILED : ChannelError.CONNECTION_LOST,
        String.valueOf(cause.getMessage()),
        cause);
  }

  static void closeQuietly(@Nullable Closeable closeable) {
    try {
      if (closeable != null) {
        closeable.close();
      }
    } catch (IOException e) {
      // It is closed as far as it can be.
    }
  }
}
