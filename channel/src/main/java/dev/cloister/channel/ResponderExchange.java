package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Head;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The responder's end. Only the connection's reading thread uses it. */
final class ResponderExchange implements Exchange {

  /** What stays the same over all rounds. */
  record Terms(
      Responder.Service service,
      EvidenceBatcher batcher,
      SecureRandom random,
      Duration minimumRenewal) {}

  private final Terms terms;
  private final SessionBinding binding;
  private final FrameLink link;

  private volatile Step step = Step.HELLO;
  private long number;
  private long finishedAt;
  private Bytes previous = Bytes.zeros(32);
  private List<Evidence> before = List.of();
  private @Nullable Agreed agreed;
  private @Nullable MlKem kem;
  private Head head = Head.NONE;
  private Bytes hello = Bytes.EMPTY;
  private Bytes challenge = Bytes.EMPTY;
  private Bytes evidence = Bytes.EMPTY;
  private @Nullable Round pending;

  /** What the first round fixed. */
  record Agreed(Bytes pin, Purpose purpose) {}

  ResponderExchange(Terms terms, SessionBinding binding, FrameLink link) {
    this.terms = terms;
    this.binding = binding;
    this.link = link;
  }

  /** The purpose of the connection, after its first message. */
  Agreed agreed() {
    Agreed known = agreed;
    if (known == null) {
      throw new IllegalStateException("before the first message");
    }
    return known;
  }

  /** Asks for another round; in the first one the initiator speaks unasked. */
  @Override
  public void start() throws IOException {
    if (number > 0) {
      link.write(FrameType.RENEW, Bytes.EMPTY);
    }
  }

  @Override
  public Step step() {
    return step;
  }

  @Override
  public int budget(FrameType type) {
    return switch (type) {
      case HELLO -> step == Step.HELLO ? type.maxSize() : -1;
      case PROOF -> step == Step.PROOF ? proofBudget() : -1;
      case FINISHED -> step == Step.FINISHED ? type.maxSize() : -1;
      case CHALLENGE, EVIDENCE, DATA, RENEW, END, REFUSAL -> -1;
    };
  }

  private int proofBudget() {
    return agreed().purpose().initiatorAttests()
        ? ProofMessage.MAX_SIZE_WITH
        : ProofMessage.MAX_SIZE_WITHOUT;
  }

  @Override
  public Optional<Round> accept(Frame frame) throws IOException {
    return switch (frame.type()) {
      case HELLO -> {
        onHello(frame.body());
        yield Optional.empty();
      }
      case PROOF -> {
        onProof(frame.body());
        yield Optional.empty();
      }
      case FINISHED -> Optional.of(onFinished(frame.body()));
      case CHALLENGE, EVIDENCE, DATA, RENEW, END, REFUSAL ->
          throw step.refuse(ChannelError.MESSAGE_OUT_OF_ORDER, "message " + frame.type());
    };
  }

  private void onHello(Bytes body) throws IOException {
    HelloMessage message = HelloMessage.decode(body);
    Agreed now = agree(message);
    awaitMinimum();
    agreed = now;
    number = message.round();
    hello = body;
    MlKem key = MlKem.generate(terms.random());
    kem = key;
    byte[] nonce = new byte[32];
    terms.random().nextBytes(nonce);
    challenge =
        new ChallengeMessage(
                Bytes.of(nonce), now.purpose().initiatorProves().text(), key.publicKey())
            .encode();
    link.write(FrameType.CHALLENGE, challenge);
    sendEvidence(now.purpose());
  }

  private Agreed agree(HelloMessage message) {
    if (!terms.service().serves(message.pin())) {
      throw Step.HELLO.refuse(ChannelError.PIN_NOT_SERVED, message.pin().toHex());
    }
    Purpose purpose = terms.service().purpose(message.purpose());
    if (!message.wanted().equals(Purpose.Wanted.COORDINATOR.text())) {
      throw Step.HELLO.refuse(
          ChannelError.WANTED_DIFFERS, "a responder proves that it is a coordinator");
    }
    Agreed now = new Agreed(message.pin(), purpose);
    boolean follows = message.round() == number + 1 && message.previous().equals(previous);
    if (!follows || (number > 0 && !now.equals(agreed))) {
      throw Step.HELLO.refuse(
          ChannelError.RENEWAL_CHANGED, "round " + message.round() + " after " + number);
    }
    return now;
  }

  /** Holds back who renews faster than allowed: reports are scarce. */
  private void awaitMinimum() {
    if (number == 0) {
      return;
    }
    long left = finishedAt + terms.minimumRenewal().toNanos() - System.nanoTime();
    try {
      if (left > 0) {
        Thread.sleep(Duration.ofNanos(left));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Step.HELLO.refuse(ChannelError.CLOSED, "interrupted", e);
    }
  }

  private void sendEvidence(Purpose purpose) throws IOException {
    head = terms.service().heads().get();
    Bytes leaf = binding.responderLeaf(purpose, SessionBinding.messages(hello, challenge), head);
    EvidenceBatcher.Batched batched = terms.batcher().evidence(leaf);
    evidence = new EvidenceMessage(head, batched.path(), batched.evidence()).encode();
    step = Step.PROOF;
    link.write(FrameType.EVIDENCE, evidence);
  }

  private void onProof(Bytes body) {
    ProofMessage message = ProofMessage.decode(body);
    Purpose purpose = agreed().purpose();
    requirePresence(purpose, message);
    PeerIdentity peer =
        purpose.initiatorAttests()
            ? examine(purpose, message.ciphertext(), message.evidence().getFirst())
            : new PeerIdentity.Anonymous();
    MlKem key = kem;
    if (key == null) {
      throw Step.PROOF.refuse(ChannelError.MESSAGE_OUT_OF_ORDER, "no round is under way");
    }
    Bytes digest = SessionBinding.messages(hello, challenge, evidence, body);
    RoundKeys keys =
        RoundKeys.derive(binding.exporter(), key.decapsulate(message.ciphertext()), digest);
    pending = new Round(number, peer, head, keys, digest);
    kem = null;
    step = Step.FINISHED;
  }

  private static void requirePresence(Purpose purpose, ProofMessage message) {
    boolean present = !message.evidence().isEmpty();
    if (present != purpose.initiatorAttests()) {
      throw Step.PROOF.refuse(
          present ? ChannelError.PROOF_UNWANTED : ChannelError.PROOF_MISSING,
          "purpose " + purpose.text());
    }
  }

  private PeerIdentity examine(Purpose purpose, Bytes ciphertext, Evidence given) {
    Bytes what =
        binding.initiatorWhat(
            purpose, SessionBinding.messages(hello, challenge, evidence), ciphertext);
    PeerIdentity.Proven peer =
        Exchange.examine(
            terms.service().check(purpose),
            purpose.initiatorProves().kind(),
            what,
            given,
            Step.PROOF,
            ChannelError.INITIATOR_REFUSED);
    Exchange.requireSameVm(before, List.of(given), Step.PROOF);
    before = List.of(given);
    return peer;
  }

  private Round onFinished(Bytes body) throws IOException {
    Round round = pending;
    if (round == null) {
      throw Step.FINISHED.refuse(ChannelError.MESSAGE_OUT_OF_ORDER, "no round is under way");
    }
    Bytes expected = RoundKeys.finished(round.keys().finishedInitiator(), round.digest());
    Bytes found = FinishedMessage.decode(body).mac();
    if (!MessageDigest.isEqual(expected.toArray(), found.toArray())) {
      throw Step.FINISHED.refuse(ChannelError.FINISHED_DIFFERS, "the initiator's confirmation");
    }
    Bytes mac = RoundKeys.finished(round.keys().finishedResponder(), round.digest());
    pending = null;
    previous = round.digest();
    finishedAt = System.nanoTime();
    step = Step.HELLO;
    link.write(FrameType.FINISHED, new FinishedMessage(mac).encode());
    return round;
  }

  /** Whether the newest transition changed while the round ran. */
  boolean isStale(Round round) {
    return !round.head().equals(terms.service().heads().get());
  }
}
