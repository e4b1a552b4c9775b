package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.RecoveryShare;
import dev.cloister.manifest.Transition;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionRequest;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionResponse;
import dev.cloister.rpc.CoordinatorMessages.SubmitShareRequest;
import dev.cloister.rpc.CoordinatorMessages.SubmitShareResponse;
import dev.cloister.rpc.CoordinatorService;
import dev.cloister.rpc.RpcClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What owners ask of a Coordinator. What it answers is its own word. */
final class OwnerCalls {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int MAX_SHARES = 255;

  private final CoordinatorService service;

  OwnerCalls(RpcClient rpc) {
    this.service = new CoordinatorService.Client(rpc, LIMIT);
  }

  /**
   * A transition that the Coordinator says it took.
   *
   * @param head its newest transition
   * @param shares one for each recovery owner, where new ones were made
   */
  record Accepted(Head head, List<RecoveryShare> shares) {
    Accepted {
      shares = List.copyOf(shares);
    }
  }

  /** The label under which a share is wrapped for the channel. */
  static String shareLabel(int index) {
    return "recovery-share/" + index;
  }

  Accepted set(HistoryEntry entry, Head expected) {
    SetTransitionResponse response =
        service.setTransition(
            new SetTransitionRequest(
                entry.transition().document(),
                entry.manifest(),
                expected.number(),
                expected.digest()));
    List<RecoveryShare> shares = new ArrayList<>();
    if (response.recoveryShares().size() > MAX_SHARES) {
      throw malformed("recoveryShares", "more than " + MAX_SHARES);
    }
    response.recoveryShares().forEach(document -> shares.add(RecoveryShare.parse(document)));
    return new Accepted(head(response.headNumber(), response.headDigest()), shares);
  }

  private static Head head(long number, Bytes digest) {
    if (number < 1 || number > Transition.MAX_NUMBER || digest.size() != 32) {
      throw malformed("head", "number " + number + " with " + digest.size() + " bytes");
    }
    return new Head(number, digest);
  }

  /**
   * Hands in a share.
   *
   * @return how many more the Coordinator says that it needs
   */
  int submit(int index, Bytes wrapped, Head known) {
    SubmitShareResponse response =
        service.submitShare(new SubmitShareRequest(index, wrapped, known.number(), known.digest()));
    if (!response.accepted()) {
      throw new CloisterException(CliError.SHARE_REFUSED, "share " + index, "was not accepted");
    }
    return response.missing();
  }

  private static CloisterException malformed(String where, String detail) {
    return new CloisterException(CliError.NOT_IN_FORCE, where, detail);
  }
}
