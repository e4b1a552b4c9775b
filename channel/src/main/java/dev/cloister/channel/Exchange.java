package dev.cloister.channel;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One end of the exchange of messages 1 to 5, round after round of one connection. */
sealed interface Exchange permits InitiatorExchange, ResponderExchange {

  /** Sends what begins a round, where none is under way. */
  void start() throws IOException;

  /** The step whose message is awaited. */
  Step step();

  /** The most bytes of a message of this type now; negative where another belongs here. */
  int budget(FrameType type);

  /** Takes a message; the last one gives the finished round. */
  Optional<Round> accept(Frame frame) throws IOException;

  /** Runs the first round. */
  static Round run(Exchange exchange, FrameLink link) throws IOException {
    exchange.start();
    while (true) {
      Frame frame =
          link.read(
              exchange.step(),
              type -> type == FrameType.REFUSAL ? type.maxSize() : exchange.budget(type));
      if (frame.type() == FrameType.REFUSAL) {
        Step step = exchange.step();
        throw RefusalMessage.decode(frame.body(), step).toException(step);
      }
      Optional<Round> round = exchange.accept(frame);
      if (round.isPresent()) {
        return round.get();
      }
    }
  }

  /** Asks the check, and names the step where it refuses. */
  static PeerIdentity.Proven examine(
      PeerCheck check,
      EvidenceKind kind,
      Bytes what,
      Evidence evidence,
      Step step,
      ChannelError code) {
    try {
      return check.check(kind, what, evidence);
    } catch (CloisterException e) {
      throw step.refuse(code, String.valueOf(e.getMessage()), e);
    }
  }

  /** Refuses a peer that is another VM than in the round before. */
  static void requireSameVm(List<Evidence> before, List<Evidence> now, Step step) {
    if (!before.isEmpty() && !before.getFirst().initdata().equals(now.getFirst().initdata())) {
      throw step.refuse(ChannelError.RENEWAL_CHANGED, "the peer has another initdata than before");
    }
  }
}
