package dev.cloister.agent;

import dev.cloister.client.CoordinatorLink;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import dev.cloister.rpc.ProtoReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What an agent asks of a Coordinator over a verified link. */
final class JoinCalls {

  private static final String SERVICE = "cloister.coordinator.v1.Coordinator";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MAX_CERTIFICATES = 16;

  private final CoordinatorLink link;

  JoinCalls(CoordinatorLink link) {
    this.link = link;
  }

  /** What a join gives, as it came. */
  record Answer(List<Bytes> chain, List<Bytes> authorities, Bytes secret, Head head) {}

  Answer join(Bytes publicKey, Bytes proof) {
    ProtoReader in =
        link.rpc()
            .call(
                SERVICE,
                "Join",
                out -> {
                  out.bytes(1, publicKey);
                  out.bytes(2, proof);
                },
                LIMIT);
    List<Bytes> chain = new ArrayList<>();
    List<Bytes> authorities = new ArrayList<>();
    Bytes secret = Bytes.EMPTY;
    long number = 0;
    Bytes digest = Bytes.EMPTY;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> chain.add(in.many().bytes());
        case 2 -> authorities.add(in.many().bytes());
        case 3 -> secret = in.bytes();
        case 4 -> number = in.uint64();
        case 5 -> digest = in.bytes();
        case 6 -> in.uint64();
        default -> throw in.unknown();
      }
    }
    if (chain.size() > MAX_CERTIFICATES || authorities.size() > MAX_CERTIFICATES) {
      throw new CloisterException(AgentError.JOIN_ANSWER, "join", "too many certificates");
    }
    return new Answer(chain, authorities, secret, head(number, digest));
  }

  /** Waits until the newest transition is another; the same one where none came in time. */
  Head awaitOther(Head known, Duration limit) {
    ProtoReader in =
        link.rpc()
            .call(
                SERVICE,
                "WaitHead",
                out -> {
                  out.uint64(1, known.number());
                  out.bytes(2, known.digest());
                },
                limit);
    long number = 0;
    Bytes digest = Bytes.EMPTY;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> number = in.uint64();
        case 2 -> digest = in.bytes();
        default -> throw in.unknown();
      }
    }
    return head(number, digest);
  }

  private static Head head(long number, Bytes digest) {
    if (number == 0 && digest.isEmpty()) {
      return Head.NONE;
    }
    if (number < 1 || digest.size() != 32) {
      throw new CloisterException(AgentError.JOIN_ANSWER, "head", "no number with a digest");
    }
    return new Head(number, digest);
  }
}
