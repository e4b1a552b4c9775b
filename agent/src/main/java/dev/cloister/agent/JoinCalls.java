package dev.cloister.agent;

import dev.cloister.client.CoordinatorLink;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Transition;
import dev.cloister.rpc.CoordinatorMessages.JoinRequest;
import dev.cloister.rpc.CoordinatorMessages.JoinResponse;
import dev.cloister.rpc.CoordinatorMessages.WaitHeadRequest;
import dev.cloister.rpc.CoordinatorMessages.WaitHeadResponse;
import dev.cloister.rpc.CoordinatorService;
import java.time.Duration;
import java.util.List;

/** What an agent asks of a Coordinator over a verified link. */
final class JoinCalls {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MAX_CERTIFICATES = 16;

  private final CoordinatorLink link;

  JoinCalls(CoordinatorLink link) {
    this.link = link;
  }

  /**
   * What a join gives, as it came.
   *
   * @param chain DER, the leaf first
   * @param authorities DER
   * @param secret wrapped under the channel's key; empty for none
   */
  record Answer(List<Bytes> chain, List<Bytes> authorities, Bytes secret) {
    Answer {
      chain = List.copyOf(chain);
      authorities = List.copyOf(authorities);
      if (chain.size() > MAX_CERTIFICATES || authorities.size() > MAX_CERTIFICATES) {
        throw new CloisterException(AgentError.JOIN_ANSWER, "join", "too many certificates");
      }
    }
  }

  Answer join(Bytes publicKey, Bytes proof) {
    JoinResponse answer =
        new CoordinatorService.Client(link.rpc(), LIMIT).join(new JoinRequest(publicKey, proof));
    return new Answer(answer.chain(), answer.authorities(), answer.workloadSecret());
  }

  /** Waits until the newest transition is another; the same one where none came in time. */
  Head awaitOther(Head known, Duration limit) {
    WaitHeadResponse answer =
        new CoordinatorService.Client(link.rpc(), limit)
            .waitHead(new WaitHeadRequest(known.number(), known.digest()));
    long number = answer.headNumber();
    Bytes digest = answer.headDigest();
    if (number == 0 && digest.isEmpty()) {
      return Head.NONE;
    }
    if (number < 1 || number > Transition.MAX_NUMBER || digest.size() != 32) {
      throw new CloisterException(AgentError.JOIN_ANSWER, "head", "no number with a digest");
    }
    return new Head(number, digest);
  }
}
