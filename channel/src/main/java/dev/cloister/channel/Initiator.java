package dev.cloister.channel;

import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Head;
import java.io.Closeable;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.SecureRandom;

/** Connects to a responder, which proves first. Thread-safe; one serves any number of channels. */
public final class Initiator {

  private final PeerCheck check;
  private final Attester attester;
  private final boolean attests;
  private final ChannelLimits limits;
  private final SecureRandom random;

  private Initiator(
      PeerCheck check,
      Attester attester,
      boolean attests,
      ChannelLimits limits,
      SecureRandom random) {
    this.check = check;
    this.attester = attester;
    this.attests = attests;
    this.limits = limits;
    this.random = random;
  }

  /**
   * An initiator without evidence, for {@link Purpose#OWNER} and {@link Purpose#VERIFY}.
   *
   * @param check decides on the responder's evidence
   */
  public static Initiator withoutEvidence(
      PeerCheck check, ChannelLimits limits, SecureRandom random) {
    Attester none =
        what -> {
          throw new IllegalStateException("this initiator has no evidence");
        };
    return new Initiator(check, none, false, limits, random);
  }

  /**
   * An initiator that can prove itself, where the purpose asks for it.
   *
   * @param check decides on the responder's evidence
   * @param attester makes evidence of kind {@code agent} ({@link Purpose#JOIN}) or {@code
   *     coordinator} ({@link Purpose#PEER})
   */
  public static Initiator attesting(
      PeerCheck check, Attester attester, ChannelLimits limits, SecureRandom random) {
    return new Initiator(check, attester, true, limits, random);
  }

  /**
   * Opens a channel over a connected socket, which it closes where it refuses.
   *
   * @param pin the deployment
   * @param known the newest transition that the caller knows, or {@link Head#NONE}: an older one is
   *     refused
   * @throws CloisterException with a {@link ChannelError}, naming the step
   */
  public AttestedConnection connect(Socket socket, DeploymentPin pin, Purpose purpose, Head known) {
    if (purpose.initiatorAttests() && !attests) {
      Opening.closeQuietly(socket);
      throw new IllegalArgumentException(purpose.text() + " needs evidence");
    }
    InitiatorExchange.Terms terms =
        new InitiatorExchange.Terms(pin.digest(), purpose, known, check, attester, random);
    return new Opening(socket, limits, random)
        .<InitiatorExchange>open(
            true,
            (binding, link) -> new InitiatorExchange(terms, binding, link),
            (exchange, first, tls, link) ->
                new AttestedConnection.Opened(
                    true,
                    pin,
                    purpose,
                    first,
                    exchange,
                    link,
                    socket,
                    tls.binding(),
                    limits,
                    () -> {}));
  }

  /**
   * Opens a channel over a pair of byte streams.
   *
   * @param transport closes both streams, so that reads and writes that block on them end
   */
  public AttestedConnection connect(
      InputStream in,
      OutputStream out,
      Closeable transport,
      DeploymentPin pin,
      Purpose purpose,
      Head known) {
    return connect(new StreamSocket(in, out, transport), pin, purpose, known);
  }
}
