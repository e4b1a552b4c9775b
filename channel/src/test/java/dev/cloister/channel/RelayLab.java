package dev.cloister.channel;

import static dev.cloister.channel.Lab.assertRefusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.AttestationError;
import dev.cloister.channel.Duel.Attacker;
import dev.cloister.channel.Duel.Refused;
import dev.cloister.channel.Duel.Setting;
import dev.cloister.encoding.Bytes;
import java.util.List;
import java.util.function.UnaryOperator;

/** What the attacks on the exchange share. */
final class RelayLab {

  static Refused refused(Setting setting, Attacker attacker) {
    Duel duel = new Duel(setting);
    Refused refused = duel.run(attacker).orElseThrow();
    assertThat(duel.isFinished()).isFalse();
    return refused;
  }

  static Attacker changing(FrameType type, UnaryOperator<Bytes> change) {
    return (fromInitiator, frame) ->
        List.of(frame.type() == type ? new Frame(type, change.apply(frame.body())) : frame);
  }

  /** Two TLS sessions with the attacker in the middle. */
  static Setting relayed(Purpose purpose) {
    return Setting.honest(purpose)
        .between(Duel.session("initiator to attacker"), Duel.session("attacker to responder"));
  }

  static void assertInitiatorRefusesEvidence(Refused refused) {
    assertThat(refused.byInitiator()).isTrue();
    assertRefusal(
        refused.why(),
        ChannelError.RESPONDER_REFUSED,
        Step.EVIDENCE,
        AttestationError.REPORT_DATA_DIFFERS);
  }

  static void assertResponderRefusesProof(Refused refused) {
    assertThat(refused.byInitiator()).isFalse();
    assertRefusal(
        refused.why(),
        ChannelError.INITIATOR_REFUSED,
        Step.PROOF,
        AttestationError.REPORT_DATA_DIFFERS);
  }

  static Bytes withPurpose(Bytes body, Purpose other) {
    HelloMessage hello = HelloMessage.decode(body);
    return new HelloMessage(
            hello.round(),
            hello.previous(),
            hello.pin(),
            other.text(),
            hello.wanted(),
            hello.nonce())
        .encode();
  }

  private RelayLab() {}
}
