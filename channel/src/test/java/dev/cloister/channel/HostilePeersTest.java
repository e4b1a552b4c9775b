package dev.cloister.channel;

import static dev.cloister.channel.Connected.LIMITS;
import static dev.cloister.channel.Connected.begin;
import static dev.cloister.channel.Connected.open;
import static dev.cloister.channel.Connected.refusal;
import static dev.cloister.channel.Connected.responder;
import static dev.cloister.channel.Connected.start;
import static dev.cloister.channel.Lab.RANDOM;
import static dev.cloister.channel.Lab.assertRefusal;
import static dev.cloister.channel.Lab.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.channel.Connected.Ends;
import dev.cloister.channel.Connected.Pair;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Strangers on real sockets: slow, half-open, garbage, huge, reflected, relayed. */
@Timeout(90)
class HostilePeersTest {

  private static final ChannelLimits HASTY =
      LIMITS.withTimes(Duration.ofMillis(500), Duration.ofHours(1), Duration.ofSeconds(30));

  private static TlsLink tls(Socket socket) throws IOException {
    return TlsLink.initiate(socket, new ChannelKeyManager(RANDOM), RANDOM);
  }

  @Test
  void dropsAHalfOpenPeer() throws Exception {
    Pair pair = Pair.open();
    Responder responder = responder(HASTY);
    assertRefused(ChannelError.DEADLINE, Step.TLS, () -> responder.accept(pair.responder()));
    assertThat(pair.responder().isClosed()).isTrue();
    assertThat(responder.connections()).isZero();
    assertThat(responder.handshakes()).isZero();
  }

  @Test
  void dropsAPeerThatStaysSilentAfterTls() throws Exception {
    Pair pair = Pair.open();
    FutureTask<AttestedConnection> accepting =
        start(() ->
            responder(
                    LIMITS.withTimes(
                        Duration.ofSeconds(5), Duration.ofHours(1), Duration.ofSeconds(1)))
                .accept(pair.responder()));
    tls(pair.initiator());
    assertRefusal(refusal(accepting), ChannelError.DEADLINE, Step.HELLO);
  }

  @Test
  void dropsAPeerThatDripsByteByByte() throws Exception {
    Pair pair = Pair.open();
    FutureTask<AttestedConnection> accepting =
        start(() -> responder(HASTY).accept(pair.responder()));
    long began = System.nanoTime();
    OutputStream out = pair.initiator().getOutputStream();
    // The beginning of a ClientHello record of 512 bytes.
    byte[] hello =
        ByteBuffer.allocate(517).put(Bytes.ofHex("1603010200010001fc").toArray()).array();
    try {
      for (byte one : hello) {
        out.write(one);
        Thread.sleep(50);
      }
    } catch (IOException e) {
      // Dropped, as it should be.
    }
    assertRefusal(refusal(accepting), ChannelError.DEADLINE, Step.TLS);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void dropsGarbageBeforeTls() throws Exception {
    Random random = new Random(3);
    for (int i = 0; i < 20; i++) {
      Pair pair = Pair.open();
      FutureTask<AttestedConnection> accepting =
          start(() -> responder(LIMITS).accept(pair.responder()));
      byte[] garbage = new byte[1 + random.nextInt(2000)];
      random.nextBytes(garbage);
      pair.initiator().getOutputStream().write(garbage);
      pair.initiator().shutdownOutput();
      assertRefusal(refusal(accepting), ChannelError.TLS_FAILED, Step.TLS);
      pair.initiator().close();
    }
  }

  @Test
  void dropsAConnectionThatIsCutAtOnce() throws Exception {
    Pair pair = Pair.open();
    FutureTask<AttestedConnection> accepting =
        start(() -> responder(LIMITS).accept(pair.responder()));
    pair.initiator().close();
    assertRefusal(refusal(accepting), ChannelError.TLS_FAILED, Step.TLS);
  }

  private static CloisterException afterTls(byte[] bytes) throws Exception {
    Pair pair = Pair.open();
    FutureTask<AttestedConnection> accepting =
        start(() -> responder(LIMITS).accept(pair.responder()));
    TlsLink link = tls(pair.initiator());
    link.out().write(bytes);
    link.out().flush();
    CloisterException refusal = refusal(accepting);
    pair.initiator().close();
    return refusal;
  }

  @Test
  void refusesAHugeLengthBeforeItReadsTheBody() throws Exception {
    for (int length : new int[] {HelloMessage.MAX_SIZE + 1, Integer.MAX_VALUE, -1}) {
      byte[] header = ByteBuffer.allocate(5).put((byte) 1).putInt(length).array();
      assertRefusal(afterTls(header), ChannelError.MESSAGE_TOO_LARGE, Step.HELLO);
    }
  }

  @Test
  void refusesDataBeforeTheChannelIsOpen() throws Exception {
    byte[] data = ByteBuffer.allocate(6).put((byte) 6).putInt(1).array();
    assertRefusal(afterTls(data), ChannelError.MESSAGE_OUT_OF_ORDER, Step.HELLO);
  }

  @Test
  void refusesAFrameOfUnknownType() throws Exception {
    assertRefusal(
        afterTls(new byte[] {77, 0, 0, 0, 0}), ChannelError.MESSAGE_MALFORMED, Step.HELLO);
  }

  @Test
  void refusesReflectionOfTheTlsBytes() throws Exception {
    Pair pair = Pair.open();
    Thread.ofVirtual()
        .start(() -> {
          try {
            pair.responder().getInputStream().transferTo(pair.responder().getOutputStream());
          } catch (IOException e) {
            // The initiator went away.
          }
        });
    assertRefused(
        ChannelError.TLS_FAILED,
        Step.TLS,
        () ->
            Initiator.withoutEvidence(Lab.coordinators(), LIMITS, RANDOM)
                .connect(pair.initiator(), Lab.SHOP.pin(), Purpose.VERIFY, Head.NONE));
  }

  @Test
  void refusesEqualKeysOnBothEnds() throws Exception {
    Pair pair = Pair.open();
    ChannelKeyManager same = new ChannelKeyManager(RANDOM);
    FutureTask<TlsLink> responding = start(() -> TlsLink.respond(pair.responder(), same, RANDOM));
    assertRefused(
        ChannelError.EQUAL_KEYS, Step.KEYS, () -> TlsLink.initiate(pair.initiator(), same, RANDOM));
    assertRefusal(refusal(responding), ChannelError.EQUAL_KEYS, Step.KEYS);
  }

  @Test
  void bytesThatAreNoClientHelloCostNoKey() throws Exception {
    Pair pair = Pair.open();
    SecureRandom none =
        new SecureRandom() {
          @Override
          public void nextBytes(byte[] bytes) {
            throw new AssertionError("a key is made");
          }
        };
    FutureTask<TlsLink> responding =
        start(() -> TlsLink.respond(pair.responder(), new ChannelKeyManager(none), RANDOM));
    pair.initiator().getOutputStream().write(new byte[100]);
    pair.initiator().shutdownOutput();
    assertRefusal(refusal(responding), ChannelError.TLS_FAILED, Step.TLS);
  }

  @Test
  void refusesAKeyOnAnotherCurve() throws Exception {
    Pair pair = Pair.open();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    KeyPair other = generator.generateKeyPair();
    ChannelCertificate certificate = ChannelCertificate.of(other, RANDOM);
    assertThatThrownBy(
            () -> ChannelCertificate.require(new X509Certificate[] {certificate.certificate()}))
        .hasMessageContaining("P-256");
    pair.initiator().close();
    pair.responder().close();
  }

  /** A man in the middle with a TLS session to each end, who passes on every frame. */
  @ParameterizedTest
  @EnumSource(Purpose.class)
  void relayThroughTwoGenuineTlsSessionsFails(Purpose purpose) throws Exception {
    Pair left = Pair.open();
    Pair right = Pair.open();
    FutureTask<AttestedConnection> accepting =
        start(() -> responder(LIMITS).accept(right.responder()));
    begin(() -> relay(left.responder(), right.initiator()));
    assertRefused(
        ChannelError.RESPONDER_REFUSED,
        Step.EVIDENCE,
        () ->
            Initiator.attesting(Lab.coordinators(), Lab.initiatorOf(purpose), LIMITS, RANDOM)
                .connect(left.initiator(), Lab.SHOP.pin(), purpose, Head.NONE));
    assertThat(refusal(accepting).where()).isEqualTo(Step.PROOF.text());
  }

  private static boolean relay(Socket toInitiator, Socket toResponder) throws IOException {
    TlsLink left = TlsLink.respond(toInitiator, new ChannelKeyManager(RANDOM), RANDOM);
    TlsLink right = tls(toResponder);
    begin(() -> pass(left, right, toResponder));
    return pass(right, left, toInitiator);
  }

  private static boolean pass(TlsLink from, TlsLink to, Socket target) throws IOException {
    try {
      from.in().transferTo(to.out());
    } finally {
      target.close();
    }
    return true;
  }

  @Test
  void refusesMoreHandshakesThanItTakesAndOfOneOrigin() throws Exception {
    Responder responder = responder(LIMITS.withCounts(3, 2, 10));
    List<FutureTask<AttestedConnection>> waiting = new ArrayList<>();
    List<Pair> pairs = new ArrayList<>();
    for (String origin : List.of("a", "a", "b")) {
      Pair pair = Pair.open();
      pairs.add(pair);
      waiting.add(start(() -> accept(responder, pair.responder(), origin)));
      while (responder.handshakes() < pairs.size()) {
        Thread.sleep(5);
      }
    }
    for (String origin : List.of("a", "c")) {
      Pair pair = Pair.open();
      assertRefused(
          ChannelError.BUSY, Step.ADMISSION, () -> accept(responder, pair.responder(), origin));
      assertThat(pair.responder().isClosed()).isTrue();
    }
    for (Pair pair : pairs) {
      pair.initiator().close();
    }
    for (FutureTask<AttestedConnection> task : waiting) {
      refusal(task);
    }
    assertThat(responder.handshakes()).isZero();
    assertThat(responder.connections()).isZero();
  }

  private static AttestedConnection accept(Responder responder, Socket socket, String origin)
      throws IOException {
    return responder.accept(socket.getInputStream(), socket.getOutputStream(), socket, origin);
  }

  @Test
  void servesHonestPeersWhileStrangersHang() throws Exception {
    Responder responder = responder(LIMITS.withCounts(64, 40, 100));
    List<Pair> strangers = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      Pair pair = Pair.open();
      strangers.add(pair);
      begin(() -> accept(responder, pair.responder(), "strangers"));
    }
    for (int i = 0; i < 3; i++) {
      open(responder, LIMITS, Purpose.JOIN).close();
    }
    for (Pair pair : strangers) {
      pair.initiator().close();
    }
  }

  @Test
  void anOpenChannelRefusesMessagesOutOfPlace() throws Exception {
    for (int type : new int[] {2, 3, 4, 5, 7}) {
      Pair pair = Pair.open();
      FutureTask<AttestedConnection> accepting =
          start(() -> responder(LIMITS).accept(pair.responder()));
      TlsLink link = tls(pair.initiator());
      FrameLink frames = new FrameLink(link.in(), link.out());
      Exchange.run(
          new InitiatorExchange(
              new InitiatorExchange.Terms(
                  Lab.SHOP.pin().digest(),
                  Purpose.VERIFY,
                  Head.NONE,
                  Lab.coordinators(),
                  Lab.initiatorOf(Purpose.VERIFY),
                  RANDOM),
              link.binding(),
              frames),
          frames);
      AttestedConnection accepted = Connected.result(accepting);
      link.out().write(new byte[] {(byte) type, 0, 0, 0, 0});
      try {
        assertThat(accepted.in().read()).isEqualTo(-2);
      } catch (IOException e) {
        assertThat(e).hasMessageContaining(ChannelError.MESSAGE_OUT_OF_ORDER.code());
      }
    }
  }

  @Test
  void eachConnectionHasFreshKeys() throws Exception {
    Responder responder = responder(LIMITS);
    try (Ends one = open(responder, LIMITS, Purpose.VERIFY);
        Ends two = open(responder, LIMITS, Purpose.VERIFY)) {
      PeerIdentity.Proven first = (PeerIdentity.Proven) one.initiator().peer();
      PeerIdentity.Proven second = (PeerIdentity.Proven) two.initiator().peer();
      assertThat(first.what()).isNotEqualTo(second.what());
    }
    assertThat(ChannelCertificate.generate(RANDOM).publicKey())
        .isNotEqualTo(ChannelCertificate.generate(RANDOM).publicKey());
  }
}
