package dev.cloister.channel;

import static dev.cloister.channel.Connected.LIMITS;
import static dev.cloister.channel.Connected.open;
import static dev.cloister.channel.Connected.responder;
import static dev.cloister.channel.Connected.result;
import static dev.cloister.channel.Connected.start;
import static dev.cloister.channel.Lab.assertRefusal;
import static dev.cloister.channel.Lab.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.channel.Connected.Ends;
import dev.cloister.channel.Connected.Pair;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Head;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Open channels over real sockets, real TLS and genuine evidence. */
@Timeout(90)
class AttestedConnectionTest {

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void opensForEachPurposeAndSaysWhoIsThere(Purpose purpose) throws Exception {
    Responder responder = responder(LIMITS);
    try (Ends ends = open(responder, LIMITS, purpose)) {
      assertThat(ends.initiator().peer())
          .isInstanceOfSatisfying(
              PeerIdentity.Proven.class,
              peer -> {
                assertThat(peer.kind()).isEqualTo(EvidenceKind.COORDINATOR);
                assertThat(peer.evidence().initdata()).isEqualTo(Lab.COORDINATOR.document());
              });
      assertThat(ends.responder().peer() instanceof PeerIdentity.Proven)
          .isEqualTo(purpose.initiatorAttests());
      assertThat(ends.responder().purpose()).isEqualTo(purpose);
      assertThat(ends.responder().pin()).isEqualTo(Lab.SHOP.pin());
      assertThat(ends.initiator().head()).isEqualTo(Lab.HEAD);
      ends.initiator().out().write(Bytes.ofUtf8("question").toArray());
      assertThat(Bytes.of(ends.responder().in().readNBytes(8))).isEqualTo(Bytes.ofUtf8("question"));
      ends.responder().out().write(Bytes.ofUtf8("answer").toArray());
      assertThat(Bytes.of(ends.initiator().in().readNBytes(6))).isEqualTo(Bytes.ofUtf8("answer"));
    }
    assertEveryPlaceIsGivenBack(responder);
    assertThat(responder.handshakes()).isZero();
  }

  @Test
  void carriesMoreThanAnyBufferHoldsBothWaysAtOnce() throws Exception {
    try (Ends ends = open(responder(LIMITS), LIMITS, Purpose.VERIFY)) {
      byte[] much = new byte[1_000_003];
      new Random(1).nextBytes(much);
      FutureTask<Bytes> back = start(() -> echo(ends.responder()));
      FutureTask<Bytes> sent =
          start(() -> {
            ends.initiator().out().write(much);
            ends.initiator().out().close();
            return Bytes.EMPTY;
          });
      assertThat(Bytes.of(ends.initiator().in().readAllBytes())).isEqualTo(Bytes.of(much));
      result(sent);
      result(back);
      assertThatThrownBy(() -> ends.initiator().out().write(1)).isInstanceOf(IOException.class);
    }
  }

  private static Bytes echo(AttestedConnection connection) throws IOException {
    connection.in().transferTo(connection.out());
    connection.out().close();
    return Bytes.EMPTY;
  }

  @Test
  void opensOverAPairOfStreams() throws Exception {
    Pair pair = Pair.open();
    Responder responder = responder(LIMITS);
    FutureTask<AttestedConnection> accepting =
        start(() ->
            responder.accept(
                pair.responder().getInputStream(),
                pair.responder().getOutputStream(),
                pair.responder(),
                "a port"));
    try (AttestedConnection initiator =
            Initiator.withoutEvidence(Lab.coordinators(), LIMITS, Lab.RANDOM)
                .connect(
                    pair.initiator().getInputStream(),
                    pair.initiator().getOutputStream(),
                    pair.initiator(),
                    Lab.SHOP.pin(),
                    Purpose.VERIFY,
                    Head.NONE);
        AttestedConnection accepted = result(accepting)) {
      accepted.out().write(7);
      assertThat(initiator.in().read()).isEqualTo(7);
    }
  }

  @Test
  void aCutConnectionIsNotAnEnd() throws Exception {
    Pair pair = Pair.open();
    Responder responder = responder(LIMITS);
    FutureTask<AttestedConnection> accepting = start(() -> responder.accept(pair.responder()));
    try (AttestedConnection initiator =
        Initiator.withoutEvidence(Lab.coordinators(), LIMITS, Lab.RANDOM)
            .connect(pair.initiator(), Lab.SHOP.pin(), Purpose.VERIFY, Head.NONE)) {
      result(accepting);
      pair.responder().close();
      assertThatThrownBy(() -> initiator.in().read())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(ChannelError.TRUNCATED.code());
    }
  }

  @Test
  void wrapsSecretsForThePeerOnly() throws Exception {
    try (Ends ends = open(responder(LIMITS), LIMITS, Purpose.JOIN);
        Ends others = open(responder(LIMITS), LIMITS, Purpose.JOIN);
        Secret secret = Secret.takeFrom(Bytes.ofUtf8("a workload secret").toArray())) {
      Bytes wrapped = ends.responder().wrap("workload-secret/db", secret);
      assertThat(wrapped.toHex()).doesNotContain(Bytes.ofUtf8("workload secret").toHex());
      try (Secret opened = ends.initiator().unwrap("workload-secret/db", wrapped)) {
        assertThat(opened.sameAs(secret)).isTrue();
      }
      assertUnwrapRefused(ends.initiator(), "workload-secret/web", wrapped);
      assertUnwrapRefused(ends.responder(), "workload-secret/db", wrapped);
      assertUnwrapRefused(others.initiator(), "workload-secret/db", wrapped);
      byte[] changed = wrapped.toArray();
      changed[changed.length - 1] ^= 1;
      assertUnwrapRefused(ends.initiator(), "workload-secret/db", Bytes.of(changed));
      assertThat(ends.responder().wrap("workload-secret/db", secret)).isNotEqualTo(wrapped);
      ends.responder().close();
      assertRefused(ChannelError.CLOSED, Step.WRAP, () -> ends.responder().wrap("label", secret));
    }
  }

  private static void assertUnwrapRefused(
      AttestedConnection connection, String label, Bytes wrapped) {
    assertRefused(ChannelError.UNWRAP_REFUSED, Step.WRAP, () -> connection.unwrap(label, wrapped));
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void reattestsUnderLoadWhenTheTransitionChanges(Purpose purpose) throws Exception {
    AtomicReference<Head> head = new AtomicReference<>(Lab.HEAD);
    Responder responder = new Responder(Lab.service(head::get), Lab.batcher(), LIMITS, Lab.RANDOM);
    try (Ends ends = open(responder, LIMITS, purpose);
        Secret secret = Secret.takeFrom(new byte[] {1, 2, 3})) {
      Bytes before = ends.responder().wrap("seed", secret);
      byte[] much = new byte[400_000];
      new Random(2).nextBytes(much);
      FutureTask<Bytes> echo = start(() -> echo(ends.responder()));
      FutureTask<Bytes> sent =
          start(() -> {
            for (int at = 0; at < much.length; at += 1000) {
              ends.initiator().out().write(much, at, 1000);
            }
            return Bytes.EMPTY;
          });
      Head next = new Head(6, Bytes.ofUtf8("transition 6").sha256());
      head.set(next);
      responder.headChanged();
      assertThat(Bytes.of(ends.initiator().in().readNBytes(much.length))).isEqualTo(Bytes.of(much));
      result(sent);
      awaitRounds(ends, 2);
      assertThat(ends.initiator().head()).isEqualTo(next);
      assertThat(ends.responder().head()).isEqualTo(next);
      ends.initiator().unwrap("seed", before).close();
      ends.initiator().unwrap("seed", ends.responder().wrap("seed", secret)).close();
      ends.initiator().out().close();
      result(echo);
    }
  }

  private static void awaitRounds(Ends ends, long least) throws InterruptedException {
    for (int i = 0; i < 3000; i++) {
      if (ends.initiator().rounds() >= least && ends.responder().rounds() >= least) {
        return;
      }
      assertThat(ends.initiator().failure()).isEmpty();
      Thread.sleep(10);
    }
    throw new AssertionError("no renewal");
  }

  @Test
  void reattestsWhenEitherEndAsks() throws Exception {
    try (Ends ends = open(responder(LIMITS), LIMITS, Purpose.PEER)) {
      ends.initiator().reattest();
      assertThat(ends.initiator().rounds()).isEqualTo(2);
      awaitRounds(ends, 2);
      ends.responder().reattest();
      assertThat(ends.responder().rounds()).isEqualTo(3);
    }
  }

  @Test
  void reattestsAfterTheTimeOfThePolicy() throws Exception {
    ChannelLimits soon =
        LIMITS.withTimes(Duration.ofSeconds(30), Duration.ofMillis(200), Duration.ofSeconds(30));
    try (Ends ends = open(responder(LIMITS), soon, Purpose.JOIN)) {
      awaitRounds(ends, 2);
    }
    try (Ends ends = open(responder(soon), LIMITS, Purpose.JOIN)) {
      awaitRounds(ends, 2);
    }
  }

  /**
   * A caller hears of the end before the farewell to the peer, which has a time limit of its own.
   */
  private static void assertEveryPlaceIsGivenBack(Responder responder) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (responder.connections() > 0 && System.nanoTime() < end) {
      Thread.sleep(5);
    }
    assertThat(responder.connections()).isZero();
  }

  @Test
  void closesWhereARollbackShowsAtRenewal() throws Exception {
    AtomicReference<Head> head = new AtomicReference<>(Lab.HEAD);
    Responder responder = new Responder(Lab.service(head::get), Lab.batcher(), LIMITS, Lab.RANDOM);
    try (Ends ends = open(responder, LIMITS, Purpose.VERIFY)) {
      head.set(new Head(4, Bytes.ofUtf8("transition 4").sha256()));
      assertRefused(ChannelError.HEAD_TOO_OLD, Step.EVIDENCE, () -> ends.initiator().reattest());
      assertThatThrownBy(() -> ends.initiator().in().read())
          .hasMessageContaining(ChannelError.HEAD_TOO_OLD.code());
    }
  }

  @Test
  void closesWhereAnAgentIsNoLongerAcceptedAtRenewal() throws Exception {
    AtomicReference<PeerCheck> check = new AtomicReference<>(Lab.check(Lab.SHOP.pin(), Lab.AGENT));
    Responder responder =
        new Responder(
            new Responder.Service(
                Set.of(Lab.SHOP.pin()),
                Map.of(
                    Purpose.JOIN,
                    (kind, what, evidence) -> check.get().check(kind, what, evidence)),
                () -> Lab.HEAD),
            Lab.batcher(),
            LIMITS,
            Lab.RANDOM);
    try (Ends ends = open(responder, LIMITS, Purpose.JOIN)) {
      check.set(Lab.coordinators());
      assertRefused(ChannelError.INITIATOR_REFUSED, Step.PROOF, () -> ends.responder().reattest());
      assertEveryPlaceIsGivenBack(responder);
    }
  }

  @Test
  void closesAPeerThatDoesNotRenewInTime() throws Exception {
    ChannelLimits strict =
        LIMITS.withTimes(Duration.ofSeconds(30), Duration.ofMillis(200), Duration.ofMillis(300));
    Pair pair = Pair.open();
    Responder responder = responder(strict);
    FutureTask<AttestedConnection> accepting = start(() -> responder.accept(pair.responder()));
    TlsLink deaf =
        TlsLink.initiate(pair.initiator(), new ChannelKeyManager(Lab.RANDOM), Lab.RANDOM);
    FrameLink link = new FrameLink(deaf.in(), deaf.out());
    InitiatorExchange exchange =
        new InitiatorExchange(
            new InitiatorExchange.Terms(
                Lab.SHOP.pin().digest(),
                Purpose.VERIFY,
                Head.NONE,
                Lab.coordinators(),
                Lab.initiatorOf(Purpose.VERIFY),
                Lab.RANDOM),
            deaf.binding(),
            link);
    Exchange.run(exchange, link);
    AttestedConnection accepted = result(accepting);
    assertThatThrownBy(() -> accepted.in().read())
        .hasMessageContaining(ChannelError.RENEWAL_OVERDUE.code());
    CloisterException failure = accepted.failure().orElseThrow();
    assertRefusal(failure, ChannelError.RENEWAL_OVERDUE, Step.RENEWAL);
    assertThat(responder.connections()).isZero();
  }

  @Test
  void holdsBackWhoRenewsWithoutPause() throws Exception {
    try (Ends ends = open(responder(LIMITS), LIMITS, Purpose.VERIFY)) {
      long began = System.nanoTime();
      ends.initiator().reattest();
      ends.initiator().reattest();
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isGreaterThan(Duration.ofMillis(1900));
    }
  }
}
