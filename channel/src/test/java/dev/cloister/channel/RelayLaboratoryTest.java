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
import dev.cloister.channel.Duel.Refused;
import dev.cloister.channel.Duel.Setting;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Head;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Attacks on the exchange by one who sits between both ends and may change everything, for each
 * purpose: nobody but the responder attests (owner, verify), agent and Coordinator (join), two
 * Coordinators (peer). Every attack ends at a named step.
 */
class RelayLaboratoryTest {

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void opensWhereNobodyIsInBetween(Purpose purpose) {
    Duel duel = new Duel(Setting.honest(purpose));
    assertThat(duel.run(Duel.NOBODY)).isEmpty();
    assertThat(duel.isFinished()).isTrue();
    assertThat(duel.initiatorRound().digest()).isEqualTo(duel.responderRound().digest());
    assertThat(duel.run(Duel.NOBODY)).isEmpty();
    assertThat(duel.isFinished()).isTrue();
    assertThat(duel.responderRound().number()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void relayOfTheWholeExchangeFailsAtTheRespondersEvidence(Purpose purpose) {
    assertInitiatorRefusesEvidence(refused(relayed(purpose), Duel.NOBODY));
  }

  @ParameterizedTest
  @EnumSource(
      value = Purpose.class,
      names = {"JOIN", "PEER"})
  void relayOfACarelessInitiatorFailsAtTheInitiatorsEvidence(Purpose purpose) {
    assertResponderRefusesProof(
        refused(relayed(purpose).initiatorCheck(Lab.gullible()), Duel.NOBODY));
  }

  @ParameterizedTest
  @EnumSource(
      value = Purpose.class,
      names = {"OWNER", "VERIFY"})
  void relayOfACarelessInitiatorWithoutEvidenceFailsAtTheConfirmation(Purpose purpose) {
    Refused refused = refused(relayed(purpose).initiatorCheck(Lab.gullible()), Duel.NOBODY);
    assertThat(refused.byInitiator()).isFalse();
    assertRefusal(refused.why(), ChannelError.FINISHED_DIFFERS, Step.FINISHED);
  }

  @ParameterizedTest
  @EnumSource(
      value = Purpose.class,
      names = {"JOIN", "PEER"})
  void relayBetweenTwoCarelessEndsFailsAtTheConfirmation(Purpose purpose) {
    Map<Purpose, PeerCheck> careless = new EnumMap<>(Lab.allPurposes());
    careless.put(purpose, Lab.gullible());
    Refused refused =
        refused(relayed(purpose).initiatorCheck(Lab.gullible()).checks(careless), Duel.NOBODY);
    assertRefusal(refused.why(), ChannelError.FINISHED_DIFFERS, Step.FINISHED);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void relayThatKeepsTheKeysButNotTheSessionFails(Purpose purpose) {
    SessionBinding one = Duel.session("a session");
    SessionBinding other =
        new SessionBinding(
            Duel.session("another").exporter(), one.initiatorKey(), one.responderKey());
    assertInitiatorRefusesEvidence(
        refused(Setting.honest(purpose).between(one, other), Duel.NOBODY));
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void aKeyThatIsNotTheInitiatorsOrNotTheRespondersFails(Purpose purpose) {
    SessionBinding one = Duel.session("a session");
    for (SessionBinding other :
        List.of(
            new SessionBinding(one.exporter(), Bytes.ofUtf8("other"), one.responderKey()),
            new SessionBinding(one.exporter(), one.initiatorKey(), Bytes.ofUtf8("other")),
            new SessionBinding(one.exporter(), one.responderKey(), one.initiatorKey()))) {
      assertInitiatorRefusesEvidence(
          refused(Setting.honest(purpose).between(one, other), Duel.NOBODY));
    }
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void diversionToACoordinatorOfAnotherDeploymentFails(Purpose purpose) {
    EvidenceBatcher other =
        new EvidenceBatcher(
            Lab.attester(EvidenceKind.COORDINATOR, Lab.OTHER_COORDINATOR), Duration.ZERO, 1);
    Refused unlisted = refused(Setting.honest(purpose).batcher(other), Duel.NOBODY);
    assertRefusal(
        unlisted.why(),
        ChannelError.RESPONDER_REFUSED,
        Step.EVIDENCE,
        AttestationError.NO_REFERENCE_VALUE);
    PeerCheck broad = Lab.check(Lab.SHOP.pin(), Lab.COORDINATOR, Lab.OTHER_COORDINATOR);
    Refused listed =
        refused(Setting.honest(purpose).batcher(other).initiatorCheck(broad), Duel.NOBODY);
    assertRefusal(
        listed.why(),
        ChannelError.RESPONDER_REFUSED,
        Step.EVIDENCE,
        ChannelError.DEPLOYMENT_DIFFERS);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void diversionToAnHonestResponderOfAnotherDeploymentFailsAtTheHello(Purpose purpose) {
    Bytes pin = Lab.OTHER.pin().digest();
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
                          pin,
                          hello.purpose(),
                          hello.wanted(),
                          hello.nonce())
                      .encode();
                }));
    assertThat(refused.byInitiator()).isFalse();
    assertRefusal(refused.why(), ChannelError.PIN_NOT_SERVED, Step.HELLO);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void diversionToAWorkloadThatPosesAsCoordinatorFails(Purpose purpose) {
    for (EvidenceKind kind : List.of(EvidenceKind.AGENT, EvidenceKind.WORKLOAD)) {
      EvidenceBatcher poser =
          new EvidenceBatcher(Lab.attester(kind, Lab.COORDINATOR), Duration.ZERO, 1);
      assertInitiatorRefusesEvidence(refused(Setting.honest(purpose).batcher(poser), Duel.NOBODY));
    }
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void diversionToAnOlderTransitionFails(Purpose purpose) {
    Head older = new Head(4, Bytes.ofUtf8("transition 4").sha256());
    for (Head head : List.of(older, Head.NONE)) {
      Refused refused = refused(Setting.honest(purpose).heads(Lab.HEAD, head), Duel.NOBODY);
      assertThat(refused.byInitiator()).isTrue();
      assertRefusal(refused.why(), ChannelError.HEAD_TOO_OLD, Step.EVIDENCE);
    }
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void diversionToAForkOfTheHistoryFails(Purpose purpose) {
    Head fork = new Head(Lab.HEAD.number(), Bytes.ofUtf8("transition 5, forked").sha256());
    Refused refused = refused(Setting.honest(purpose).heads(Lab.HEAD, fork), Duel.NOBODY);
    assertRefusal(refused.why(), ChannelError.HEAD_FORKED, Step.EVIDENCE);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void anOlderTransitionUnderTheNameOfTheNewestFails(Purpose purpose) {
    Head older = new Head(4, Bytes.ofUtf8("transition 4").sha256());
    assertInitiatorRefusesEvidence(
        refused(
            Setting.honest(purpose).heads(Lab.HEAD, older),
            changing(
                FrameType.EVIDENCE,
                body -> {
                  EvidenceMessage message = EvidenceMessage.decode(body);
                  return new EvidenceMessage(Lab.HEAD, message.path(), message.evidence()).encode();
                })));
  }

  @ParameterizedTest
  @EnumSource(
      value = Purpose.class,
      names = {"JOIN", "PEER"})
  void reflectionOfTheRespondersOwnEvidenceFails(Purpose purpose) {
    Evidence[] own = new Evidence[1];
    Refused refused =
        refused(
            Setting.honest(purpose),
            (fromInitiator, frame) -> {
              if (frame.type() == FrameType.EVIDENCE) {
                own[0] = EvidenceMessage.decode(frame.body()).evidence();
              }
              if (frame.type() != FrameType.PROOF) {
                return List.of(frame);
              }
              Bytes ciphertext = ProofMessage.decode(frame.body()).ciphertext();
              return List.of(
                  new Frame(
                      FrameType.PROOF, new ProofMessage(ciphertext, List.of(own[0])).encode()));
            });
    assertThat(refused.byInitiator()).isFalse();
    assertRefusal(
        refused.why(),
        ChannelError.INITIATOR_REFUSED,
        Step.PROOF,
        purpose == Purpose.PEER
            ? AttestationError.REPORT_DATA_DIFFERS
            : AttestationError.NO_REFERENCE_VALUE);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void reflectionOfTheInitiatorsConfirmationFails(Purpose purpose) {
    Bytes[] own = new Bytes[1];
    Refused refused =
        refused(
            Setting.honest(purpose),
            (fromInitiator, frame) -> {
              if (frame.type() != FrameType.FINISHED) {
                return List.of(frame);
              }
              own[0] = fromInitiator ? frame.body() : own[0];
              return List.of(new Frame(FrameType.FINISHED, own[0]));
            });
    assertThat(refused.byInitiator()).isTrue();
    assertRefusal(refused.why(), ChannelError.FINISHED_DIFFERS, Step.FINISHED);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void reflectionOfMessagesFailsAtTheirStep(Purpose purpose) {
    Refused refused =
        refused(
            Setting.honest(purpose),
            (fromInitiator, frame) ->
                List.of(
                    frame.type() == FrameType.CHALLENGE
                        ? new Frame(FrameType.HELLO, frame.body())
                        : frame));
    assertRefusal(refused.why(), ChannelError.MESSAGE_OUT_OF_ORDER, Step.CHALLENGE);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void replayOfEachMessageOfAnEarlierSessionFails(Purpose purpose) {
    Duel earlier = new Duel(Setting.honest(purpose));
    assertThat(earlier.run(Duel.NOBODY)).isEmpty();
    assertInitiatorRefusesEvidence(replay(purpose, earlier, FrameType.EVIDENCE));
    assertInitiatorRefusesEvidence(replay(purpose, earlier, FrameType.HELLO));
    assertInitiatorRefusesEvidence(replay(purpose, earlier, FrameType.CHALLENGE));
    Refused proof = replay(purpose, earlier, FrameType.PROOF);
    if (purpose.initiatorAttests()) {
      assertResponderRefusesProof(proof);
    } else {
      assertRefusal(proof.why(), ChannelError.FINISHED_DIFFERS, Step.FINISHED);
    }
    assertRefusal(
        replay(purpose, earlier, FrameType.FINISHED).why(),
        ChannelError.FINISHED_DIFFERS,
        Step.FINISHED);
  }

  /** In the very same TLS session, as far as an attacker could ever come. */
  private static Refused replay(Purpose purpose, Duel earlier, FrameType type) {
    return refused(Setting.honest(purpose), changing(type, body -> earlier.seen(type)));
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void replayOfTheFirstRoundInTheSecondFailsAtTheHello(Purpose purpose) {
    Duel duel = new Duel(Setting.honest(purpose));
    assertThat(duel.run(Duel.NOBODY)).isEmpty();
    Bytes first = duel.seen(FrameType.HELLO);
    Refused refused = duel.run(changing(FrameType.HELLO, body -> first)).orElseThrow();
    assertRefusal(refused.why(), ChannelError.RENEWAL_CHANGED, Step.HELLO);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void aSecondRoundForAnotherPurposeFailsAtTheHello(Purpose purpose) {
    Purpose other = purpose == Purpose.VERIFY ? Purpose.OWNER : Purpose.VERIFY;
    Duel duel = new Duel(Setting.honest(purpose));
    assertThat(duel.run(Duel.NOBODY)).isEmpty();
    Refused refused =
        duel.run(changing(FrameType.HELLO, body -> withPurpose(body, other))).orElseThrow();
    assertRefusal(refused.why(), ChannelError.RENEWAL_CHANGED, Step.HELLO);
  }

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void spliceOfTwoSessionsFails(Purpose purpose) {
    Duel other =
        new Duel(Setting.honest(purpose).between(Duel.session("other"), Duel.session("other")));
    assertThat(other.run(Duel.NOBODY)).isEmpty();
    assertInitiatorRefusesEvidence(splice(purpose, other, FrameType.EVIDENCE));
    Refused proof = splice(purpose, other, FrameType.PROOF);
    if (purpose.initiatorAttests()) {
      assertResponderRefusesProof(proof);
    } else {
      assertRefusal(proof.why(), ChannelError.FINISHED_DIFFERS, Step.FINISHED);
    }
  }

  private static Refused splice(Purpose purpose, Duel other, FrameType type) {
    return refused(Setting.honest(purpose), changing(type, body -> other.seen(type)));
  }

  @ParameterizedTest
  @EnumSource(
      value = Purpose.class,
      names = {"JOIN", "PEER"})
  void spliceOfOneSessionsEvidenceWithAnothersCiphertextFails(Purpose purpose) {
    Bytes stranger =
        MlKem.encapsulate(MlKem.generate(Lab.RANDOM).publicKey(), Lab.RANDOM).ciphertext();
    assertResponderRefusesProof(
        refused(
            Setting.honest(purpose),
            changing(
                FrameType.PROOF,
                body ->
                    new ProofMessage(stranger, ProofMessage.decode(body).evidence()).encode())));
  }
}
