package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Head;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Both ends of the exchange in one thread, with an attacker between them who sees and changes every
 * message: stronger than any on the wire, for TLS protects nothing here.
 */
final class Duel {

  /** The attacker: gets each message with its sender, gives what is delivered instead. */
  @FunctionalInterface
  interface Attacker {
    List<Frame> between(boolean fromInitiator, Frame frame);
  }

  static final Attacker NOBODY = (fromInitiator, frame) -> List.of(frame);

  /** Everything that can differ between two exchanges. */
  record Setting(
      Purpose purpose,
      Head known,
      Head head,
      PeerCheck initiatorCheck,
      Map<Purpose, PeerCheck> checks,
      Attester initiator,
      EvidenceBatcher batcher,
      SessionBinding initiatorSees,
      SessionBinding responderSees,
      SecureRandom random) {

    static Setting honest(Purpose purpose) {
      SessionBinding session = session("a session");
      return new Setting(
          purpose,
          Lab.HEAD,
          Lab.HEAD,
          Lab.coordinators(),
          Lab.allPurposes(),
          Lab.initiatorOf(purpose),
          Lab.batcher(),
          session,
          session,
          Lab.RANDOM);
    }

    Setting between(SessionBinding initiatorSees, SessionBinding responderSees) {
      return new Setting(
          purpose,
          known,
          head,
          initiatorCheck,
          checks,
          initiator,
          batcher,
          initiatorSees,
          responderSees,
          random);
    }

    Setting heads(Head known, Head head) {
      return new Setting(
          purpose,
          known,
          head,
          initiatorCheck,
          checks,
          initiator,
          batcher,
          initiatorSees,
          responderSees,
          random);
    }

    Setting initiatorCheck(PeerCheck check) {
      return new Setting(
          purpose,
          known,
          head,
          check,
          checks,
          initiator,
          batcher,
          initiatorSees,
          responderSees,
          random);
    }

    Setting checks(Map<Purpose, PeerCheck> other) {
      return new Setting(
          purpose,
          known,
          head,
          initiatorCheck,
          other,
          initiator,
          batcher,
          initiatorSees,
          responderSees,
          random);
    }

    Setting initiator(Attester other) {
      return new Setting(
          purpose,
          known,
          head,
          initiatorCheck,
          checks,
          other,
          batcher,
          initiatorSees,
          responderSees,
          random);
    }

    Setting batcher(EvidenceBatcher other) {
      return new Setting(
          purpose,
          known,
          head,
          initiatorCheck,
          checks,
          initiator,
          other,
          initiatorSees,
          responderSees,
          random);
    }

    Setting random(SecureRandom other) {
      return new Setting(
          purpose,
          known,
          head,
          initiatorCheck,
          checks,
          initiator,
          batcher,
          initiatorSees,
          responderSees,
          other);
    }
  }

  /** A session whose values are made from a name. */
  static SessionBinding session(String name) {
    return new SessionBinding(
        Secret.takeFrom(Bytes.ofUtf8(name).sha256().toArray()),
        Bytes.ofUtf8(name + " initiator's key"),
        Bytes.ofUtf8(name + " responder's key"));
  }

  /** Who refused. */
  record Refused(boolean byInitiator, CloisterException why) {}

  private final ByteArrayOutputStream fromInitiator = new ByteArrayOutputStream();
  private final ByteArrayOutputStream fromResponder = new ByteArrayOutputStream();
  private final List<Frame> seen = new ArrayList<>();
  private final InitiatorExchange initiator;
  private final ResponderExchange responder;
  private Optional<Round> atInitiator = Optional.empty();
  private Optional<Round> atResponder = Optional.empty();

  Duel(Setting setting) {
    initiator =
        new InitiatorExchange(
            new InitiatorExchange.Terms(
                Lab.SHOP.pin().digest(),
                setting.purpose(),
                setting.known(),
                setting.initiatorCheck(),
                setting.initiator(),
                setting.random()),
            setting.initiatorSees(),
            new FrameLink(InputStream.nullInputStream(), fromInitiator));
    responder =
        new ResponderExchange(
            new ResponderExchange.Terms(
                new Responder.Service(Set.of(Lab.SHOP.pin()), setting.checks(), setting::head),
                setting.batcher(),
                setting.random(),
                Duration.ofMillis(1)),
            setting.responderSees(),
            new FrameLink(InputStream.nullInputStream(), fromResponder));
  }

  /** One round; the first refusal ends it, empty where both finish or nothing moves any more. */
  Optional<Refused> run(Attacker attacker) {
    Deque<Frame> toResponder = new ArrayDeque<>();
    Deque<Frame> toInitiator = new ArrayDeque<>();
    atInitiator = Optional.empty();
    atResponder = Optional.empty();
    try {
      initiator.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    collect(true, attacker, toResponder);
    while (!toResponder.isEmpty() || !toInitiator.isEmpty()) {
      boolean toI = toResponder.isEmpty();
      try {
        if (toI) {
          deliver(initiator, toInitiator.remove()).ifPresent(r -> atInitiator = Optional.of(r));
        } else {
          deliver(responder, toResponder.remove()).ifPresent(r -> atResponder = Optional.of(r));
        }
      } catch (CloisterException e) {
        return Optional.of(new Refused(toI, e));
      }
      collect(true, attacker, toResponder);
      collect(false, attacker, toInitiator);
    }
    return Optional.empty();
  }

  private static Optional<Round> deliver(Exchange exchange, Frame frame) {
    try {
      ByteArrayOutputStream wire = new ByteArrayOutputStream();
      new FrameLink(InputStream.nullInputStream(), wire).write(frame.type(), frame.body());
      FrameLink link =
          new FrameLink(new ByteArrayInputStream(wire.toByteArray()), new ByteArrayOutputStream());
      return exchange.accept(link.read(exchange.step(), exchange::budget));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void collect(boolean ofInitiator, Attacker attacker, Deque<Frame> target) {
    ByteArrayOutputStream source = ofInitiator ? fromInitiator : fromResponder;
    for (Frame frame : frames(source.toByteArray())) {
      seen.add(frame);
      target.addAll(attacker.between(ofInitiator, frame));
    }
    source.reset();
  }

  static List<Frame> frames(byte[] wire) {
    List<Frame> frames = new ArrayList<>();
    ByteArrayInputStream in = new ByteArrayInputStream(wire);
    FrameLink link = new FrameLink(in, new ByteArrayOutputStream());
    try {
      while (in.available() > 0) {
        frames.add(link.read(Step.DATA, FrameType::maxSize));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return frames;
  }

  /** Whether both ends hold a finished round. */
  boolean isFinished() {
    return atInitiator.isPresent() && atResponder.isPresent();
  }

  Round initiatorRound() {
    return atInitiator.orElseThrow();
  }

  Round responderRound() {
    return atResponder.orElseThrow();
  }

  /** All messages as they were sent. */
  List<Frame> seen() {
    return List.copyOf(seen);
  }

  Bytes seen(FrameType type) {
    return seen.stream().filter(f -> f.type() == type).findFirst().orElseThrow().body();
  }
}
