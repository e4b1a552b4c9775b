package dev.cloister.channel;

import static dev.cloister.channel.Lab.assertRefusal;
import static dev.cloister.channel.RelayLab.assertInitiatorRefusesEvidence;
import static dev.cloister.channel.RelayLab.assertResponderRefusesProof;
import static dev.cloister.channel.RelayLab.changing;
import static dev.cloister.channel.RelayLab.refused;
import static dev.cloister.channel.RelayLab.relayed;
import static dev.cloister.channel.RelayLab.withPurpose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.EvidenceKind;
import dev.cloister.channel.Duel.Attacker;
import dev.cloister.channel.Duel.Refused;
import dev.cloister.channel.Duel.Setting;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More of the relay laboratory: downgrades, evidence of others, order, batching. */
class DowngradeLaboratoryTest {

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void downgradeOfThePurposeFails(Purpose purpose) {
    for (Purpose other : Purpose.values()) {
      if (other != purpose) {
        Refused refused =
            refused(
                Setting.honest(purpose),
                changing(FrameType.HELLO, body -> withPurpose(body, other)));
        assertThat(refused.byInitiator()).isTrue();
        if (other.initiatorProves() == purpose.initiatorProves()) {
          assertInitiatorRefusesEvidence(refused);
        } else {
          assertRefusal(refused.why(), ChannelError.WANTED_DIFFERS, Step.CHALLENGE);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void downgradeOfWhatTheResponderWantsFails(Purpose purpose) {
    for (Purpose.Wanted wanted : Purpose.Wanted.values()) {
      if (wanted != purpose.initiatorProves()) {
        Refused refused =
            refused(
                Setting.honest(purpose),
                changing(
                    FrameType.CHALLENGE,
                    body -> {
                      ChallengeMessage message = ChallengeMessage.decode(body);
                      return new ChallengeMessage(message.nonce(), wanted.text(), message.kemKey())
                          .encode();
                    }));
        assertThat(refused.byInitiator()).isTrue();
        assertRefusal(refused.why(), ChannelError.WANTED_DIFFERS, Step.CHALLENGE);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void downgradeOfWhatTheInitiatorWantsFails(Purpose purpose) {
    for (String wanted : List.of("nothing", "agent", "workload")) {
      Refused refused =
          refused(
              Setting.honest(purpose),
              changing(
                  FrameType.HELLO,
                  body -> {
                    HelloMessage hello = HelloMessage.decode(body);
                    return new HelloMessage(
                            hello.round(),
                            hello.previous(),
                            hello.pin(),
                            hello.purpose(),
                            wanted,
                            hello.nonce())
                        .encode();
                  }));
      assertThat(refused.byInitiator()).isFalse();
      assertRefusal(refused.why(), ChannelError.WANTED_DIFFERS, Step.HELLO);
    }
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void downgradeOfTheVersionFails(Purpose purpose) {
    Refused refused =
        refused(
            Setting.honest(purpose),
            changing(
                FrameType.HELLO,
                body -> {
                  byte[] bytes = body.toArray();
                  bytes[8 + HelloMessage.DOMAIN.length() - 1] = '0';
                  return Bytes.of(bytes);
                }));
    assertRefusal(refused.why(), ChannelError.MESSAGE_MALFORMED, Step.HELLO);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void downgradeOfTheKemKeyToTheAttackersFails(Purpose purpose) {
    Bytes own = MlKem.generate(Lab.RANDOM).publicKey();
    assertInitiatorRefusesEvidence(
        refused(
            Setting.honest(purpose),
            changing(
                FrameType.CHALLENGE,
                body -> {
                  ChallengeMessage message = ChallengeMessage.decode(body);
                  return new ChallengeMessage(message.nonce(), message.wanted(), own).encode();
                })));
  }

  @ParameterizedTest
  @EnumSource(
      value = Purpose.class,
      names = {"JOIN", "PEER"})
  void downgradeToNoEvidenceFails(Purpose purpose) {
    Refused refused =
        refused(
            Setting.honest(purpose),
            changing(
                FrameType.PROOF,
                body ->
                    new ProofMessage(ProofMessage.decode(body).ciphertext(), List.of()).encode()));
    assertThat(refused.byInitiator()).isFalse();
    assertRefusal(refused.why(), ChannelError.PROOF_MISSING, Step.PROOF);
  }

  @ParameterizedTest
  @EnumSource(
      value = Purpose.class,
      names = {"JOIN", "PEER"})
  void evidenceOfAnotherKindFails(Purpose purpose) {
    EvidenceKind other = purpose == Purpose.JOIN ? EvidenceKind.COORDINATOR : EvidenceKind.AGENT;
    for (EvidenceKind kind : List.of(other, EvidenceKind.WORKLOAD)) {
      Attester poser = Lab.attester(kind, purpose == Purpose.JOIN ? Lab.AGENT : Lab.COORDINATOR);
      assertResponderRefusesProof(refused(Setting.honest(purpose).initiator(poser), Duel.NOBODY));
    }
  }

  @Test
  void anAgentWithoutTheRoleIsNoPeer() {
    Attester agent = Lab.attester(EvidenceKind.COORDINATOR, Lab.AGENT);
    Refused refused = refused(Setting.honest(Purpose.PEER).initiator(agent), Duel.NOBODY);
    assertRefusal(
        refused.why(),
        ChannelError.INITIATOR_REFUSED,
        Step.PROOF,
        AttestationError.NO_REFERENCE_VALUE);
  }

  @ParameterizedTest
  @EnumSource(
      value = Purpose.class,
      names = {"OWNER", "VERIFY"})
  void evidenceWhereNoneBelongsFails(Purpose purpose) {
    Evidence uncalled = Lab.initiatorOf(purpose).attest(Bytes.EMPTY);
    Refused refused =
        refused(
            Setting.honest(purpose),
            changing(
                FrameType.PROOF,
                body ->
                    new ProofMessage(ProofMessage.decode(body).ciphertext(), List.of(uncalled))
                        .encode()));
    assertThat(refused.byInitiator()).isFalse();
    assertRefusal(refused.why(), ChannelError.MESSAGE_TOO_LARGE, Step.PROOF);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void aPurposeThatIsNotServedFailsAtTheHello(Purpose purpose) {
    Map<Purpose, PeerCheck> others = new EnumMap<>(Lab.allPurposes());
    others.remove(purpose);
    Refused refused = refused(Setting.honest(purpose).checks(others), Duel.NOBODY);
    assertRefusal(refused.why(), ChannelError.PURPOSE_NOT_SERVED, Step.HELLO);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void everyMessageOutOfItsPlaceFails(Purpose purpose) {
    for (FrameType type : List.of(FrameType.HELLO, FrameType.CHALLENGE, FrameType.EVIDENCE)) {
      Refused refused =
          refused(
              Setting.honest(purpose),
              (fromInitiator, frame) ->
                  frame.type() == type ? List.of(frame, frame) : List.of(frame));
      assertThat(refused.why().code()).isEqualTo(ChannelError.MESSAGE_OUT_OF_ORDER);
    }
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void swappedBatchingPathsFail(Purpose purpose) throws Exception {
    EvidenceBatcher shared =
        new EvidenceBatcher(
            Lab.attester(EvidenceKind.COORDINATOR, Lab.COORDINATOR), Duration.ofSeconds(10), 2);
    Exchanger<MerklePath> swap = new Exchanger<>();
    Attacker attacker =
        changing(
            FrameType.EVIDENCE,
            body -> {
              EvidenceMessage message = EvidenceMessage.decode(body);
              assertThat(message.path().siblings()).hasSize(1);
              try {
                return new EvidenceMessage(
                        message.head(), swap.exchange(message.path()), message.evidence())
                    .encode();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    for (Refused refused : together(purpose, shared, attacker)) {
      assertInitiatorRefusesEvidence(refused);
    }
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void evidenceOfANeighbourInTheSameBatchFails(Purpose purpose) throws Exception {
    EvidenceBatcher shared =
        new EvidenceBatcher(
            Lab.attester(EvidenceKind.COORDINATOR, Lab.COORDINATOR), Duration.ofSeconds(10), 2);
    Exchanger<Bytes> swap = new Exchanger<>();
    Attacker attacker =
        changing(
            FrameType.EVIDENCE,
            body -> {
              try {
                return swap.exchange(body);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    for (Refused refused : together(purpose, shared, attacker)) {
      assertInitiatorRefusesEvidence(refused);
    }
  }

  private static List<Refused> together(Purpose purpose, EvidenceBatcher shared, Attacker attacker)
      throws Exception {
    Callable<Refused> one = () -> refused(Setting.honest(purpose).batcher(shared), attacker);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Refused>> both = List.of(threads.submit(one), threads.submit(one));
      return List.of(both.get(0).get(), both.get(1).get());
    }
  }

  @Test
  void aCloisterExceptionNamesCodeAndStepToThePeer() {
    Refused refused = refused(relayed(Purpose.JOIN), Duel.NOBODY);
    CloisterException heard =
        RefusalMessage.decode(RefusalMessage.of(refused.why()).encode(), Step.PROOF)
            .toException(Step.PROOF);
    assertRefusal(heard, ChannelError.REFUSED_BY_PEER, Step.PROOF);
    assertThat(heard.detail()).contains("CL-CHN-015", "evidence", "CL-ATT-024");
  }
}
