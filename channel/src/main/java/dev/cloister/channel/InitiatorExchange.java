package dev.cloister.channel;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The initiator's end. The connection's reading thread gives it messages, another may start a
 * round; a lock keeps them apart.
 */
final class InitiatorExchange implements Exchange {

  /** What stays the same over all rounds. */
  record Terms(
      Bytes pin,
      Purpose purpose,
      Head known,
      PeerCheck check,
      Attester attester,
      SecureRandom random) {}

  private static final EvidenceKind RESPONDER = EvidenceKind.COORDINATOR;

  private final Terms terms;
  private final SessionBinding binding;
  private final FrameLink link;
  private final ReentrantLock turn = new ReentrantLock();

  private volatile Step step = Step.HELLO;
  private long number;
  private Bytes previous = Bytes.zeros(32);
  private Head known;
  private List<Evidence> before = List.of();
  private Bytes hello = Bytes.EMPTY;
  private Bytes challenge = Bytes.EMPTY;
  private @Nullable Round pending;

  InitiatorExchange(Terms terms, SessionBinding binding, FrameLink link) {
    this.terms = terms;
    this.binding = binding;
    this.link = link;
    this.known = terms.known();
  }

  @Override
  public void start() throws IOException {
    turn.lock();
    try {
      if (step != Step.HELLO) {
        return;
      }
      byte[] nonce = new byte[32];
      terms.random().nextBytes(nonce);
      hello =
          new HelloMessage(
                  ++number,
                  previous,
                  terms.pin(),
                  terms.purpose().text(),
                  RESPONDER.text(),
                  Bytes.of(nonce))
              .encode();
      step = Step.CHALLENGE;
      link.write(FrameType.HELLO, hello);
    } finally {
      turn.unlock();
    }
  }

  @Override
  public Step step() {
    return step;
  }

  @Override
  public int budget(FrameType type) {
    boolean awaited =
        switch (type) {
          case CHALLENGE -> step == Step.CHALLENGE;
          case EVIDENCE -> step == Step.EVIDENCE;
          case FINISHED -> step == Step.FINISHED;
          case HELLO, PROOF, DATA, RENEW, END, REFUSAL -> false;
        };
    return awaited ? type.maxSize() : -1;
  }

  @Override
  public Optional<Round> accept(Frame frame) throws IOException {
    turn.lock();
    try {
      return switch (frame.type()) {
        case CHALLENGE -> {
          onChallenge(frame.body());
          yield Optional.empty();
        }
        case EVIDENCE -> {
          onEvidence(frame.body());
          yield Optional.empty();
        }
        case FINISHED -> Optional.of(onFinished(frame.body()));
        case HELLO, PROOF, DATA, RENEW, END, REFUSAL ->
            throw step.refuse(ChannelError.MESSAGE_OUT_OF_ORDER, "message " + frame.type());
      };
    } finally {
      turn.unlock();
    }
  }

  private void onChallenge(Bytes body) {
    String wanted = ChallengeMessage.decode(body).wanted();
    String fixed = terms.purpose().initiatorProves().text();
    if (!wanted.equals(fixed)) {
      throw Step.CHALLENGE.refuse(
          ChannelError.WANTED_DIFFERS,
          "purpose " + terms.purpose().text() + " has " + fixed + ", the responder wants another");
    }
    challenge = body;
    step = Step.EVIDENCE;
  }

  private void onEvidence(Bytes body) throws IOException {
    EvidenceMessage message = EvidenceMessage.decode(body);
    Bytes leaf =
        binding.responderLeaf(
            terms.purpose(), SessionBinding.messages(hello, challenge), message.head());
    PeerIdentity.Proven responder =
        Exchange.examine(
            terms.check(),
            RESPONDER,
            message.path().what(leaf),
            message.evidence(),
            Step.EVIDENCE,
            ChannelError.RESPONDER_REFUSED);
    requireNotBefore(message.head());
    Exchange.requireSameVm(before, List.of(message.evidence()), Step.EVIDENCE);
    prove(body, responder, message.head());
  }

  /** Refuses a head where this end knows a newer one, or another of the same number. */
  private void requireNotBefore(Head shown) {
    if (shown.number() < known.number()) {
      throw Step.EVIDENCE.refuse(
          ChannelError.HEAD_TOO_OLD,
          "transition " + shown.number() + ", known is " + known.number());
    }
    if (shown.number() == known.number() && !shown.equals(known)) {
      throw Step.EVIDENCE.refuse(
          ChannelError.HEAD_FORKED, "shown is " + shown + ", known is " + known);
    }
  }

  private void prove(Bytes evidence, PeerIdentity.Proven responder, Head head) throws IOException {
    MlKem.Encapsulated kem =
        MlKem.encapsulate(ChallengeMessage.decode(challenge).kemKey(), terms.random());
    Bytes what =
        binding.initiatorWhat(
            terms.purpose(), SessionBinding.messages(hello, challenge, evidence), kem.ciphertext());
    Bytes proof = new ProofMessage(kem.ciphertext(), ownEvidence(what)).encode();
    Bytes digest = SessionBinding.messages(hello, challenge, evidence, proof);
    RoundKeys keys = RoundKeys.derive(binding.exporter(), kem.secret(), digest);
    pending = new Round(number, responder, head, keys, digest);
    step = Step.FINISHED;
    link.write(FrameType.PROOF, proof);
    Bytes mac = RoundKeys.finished(keys.finishedInitiator(), digest);
    link.write(FrameType.FINISHED, new FinishedMessage(mac).encode());
  }

  private List<Evidence> ownEvidence(Bytes what) {
    if (!terms.purpose().initiatorAttests()) {
      return List.of();
    }
    try {
      return List.of(terms.attester().attest(what));
    } catch (CloisterException e) {
      throw Step.PROOF.refuse(ChannelError.ATTESTER_FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  private Round onFinished(Bytes body) {
    Round round = pending;
    if (round == null) {
      throw Step.FINISHED.refuse(ChannelError.MESSAGE_OUT_OF_ORDER, "no round is under way");
    }
    Bytes expected = RoundKeys.finished(round.keys().finishedResponder(), round.digest());
    Bytes found = FinishedMessage.decode(body).mac();
    if (!MessageDigest.isEqual(expected.toArray(), found.toArray())) {
      throw Step.FINISHED.refuse(ChannelError.FINISHED_DIFFERS, "the responder's confirmation");
    }
    pending = null;
    previous = round.digest();
    known = round.head();
    before = List.of(((PeerIdentity.Proven) round.peer()).evidence());
    step = Step.HELLO;
    return round;
  }
}
