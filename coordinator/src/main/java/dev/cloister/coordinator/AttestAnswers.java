package dev.cloister.coordinator;

import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.client.AttestDocument;
import dev.cloister.client.CoordinatorState;
import dev.cloister.client.Phase;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.rpc.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers {@code /attest}. The history, which may be long, is written once for each head and shared
 * by all answers that are on their way, so a slow reader costs little. Safe for use by any thread.
 */
final class AttestAnswers {

  /** The most bytes of transitions and manifests; a third more in the answer. */
  static final long MAX_HISTORY = 12L << 20;

  private static final byte[] NONE = AttestDocument.writeHistory(List.of()).toArray();

  private final PublicState state;
  private final EvidenceBatcher batcher;
  private Written written = new Written(Head.NONE, NONE);

  /** A history as it stands in answers. */
  @SuppressWarnings("ArrayRecordComponent") // internal, never compared, changed nor given away
  private record Written(Head head, byte[] json) {}

  /** What an answer is about, all of one moment. */
  private record Moment(CoordinatorState state, List<HistoryEntry> history) {}

  AttestAnswers(PublicState state, EvidenceBatcher batcher) {
    this.state = state;
    this.batcher = batcher;
  }

  HttpResponse answer(Bytes nonce) {
    Moment moment = moment();
    byte[] history = history(moment);
    EvidenceBatcher.Batched batched = batcher.evidence(AttestDocument.leaf(nonce, moment.state()));
    AttestDocument.Frame frame =
        AttestDocument.frame(moment.state(), batched.path(), batched.evidence());
    return new HttpResponse(
        200,
        Map.of("Content-Type", "application/json"),
        frame.before().size() + history.length + frame.after().size(),
        () -> sequence(frame, history));
  }

  private static InputStream sequence(AttestDocument.Frame frame, byte[] history) {
    return new SequenceInputStream(
        Collections.enumeration(
            List.of(
                new ByteArrayInputStream(frame.before().toArray()),
                new ByteArrayInputStream(history),
                new ByteArrayInputStream(frame.after().toArray()))));
  }

  private Moment moment() {
    while (true) {
      Optional<Serving> serving = state.serving();
      CoordinatorState now = serving.map(Serving::state).orElseGet(state::state);
      // It may have begun to serve between the two looks.
      if (serving.isPresent() || now.phase() != Phase.READY) {
        return new Moment(now, serving.map(Serving::entries).orElse(List.of()));
      }
    }
  }

  private synchronized byte[] history(Moment moment) {
    if (moment.history().isEmpty()) {
      return NONE;
    }
    Head head = moment.state().head();
    if (!written.head().equals(head)) {
      requireShort(moment.history());
      written = new Written(head, AttestDocument.writeHistory(moment.history()).toArray());
    }
    return written.json();
  }

  private static void requireShort(List<HistoryEntry> history) {
    long bytes = 0;
    Bytes before = Bytes.EMPTY;
    for (HistoryEntry entry : history) {
      bytes += entry.transition().document().size();
      bytes += entry.manifest().equals(before) ? 0 : entry.manifest().size();
      before = entry.manifest();
    }
    if (bytes > MAX_HISTORY) {
      throw new CloisterException(
          CoordinatorError.HISTORY_TOO_LONG,
          "history",
          bytes + " bytes where " + MAX_HISTORY + " are answered");
    }
  }
}
