package dev.cloister.client;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Transition;
import dev.cloister.rpc.CoordinatorMessages.GetHistoryRequest;
import dev.cloister.rpc.CoordinatorMessages.GetHistoryResponse;
import dev.cloister.rpc.CoordinatorMessages.GetStateResponse;
import dev.cloister.rpc.CoordinatorService;
import dev.cloister.rpc.RpcClient;
import java.time.Duration;

/** The Coordinator's answers, as values of this module. */
final class RpcCalls implements CoordinatorCalls {

  private final RpcClient rpc;

  RpcCalls(RpcClient rpc) {
    this.rpc = rpc;
  }

  @Override
  public CoordinatorState state(Duration timeout) {
    GetStateResponse answer = new CoordinatorService.Client(rpc, timeout).getState();
    if (answer.meshCertificates().size() > Authorities.MAX_MESH) {
      throw malformed("state.meshCertificates", answer.meshCertificates().size() + " certificates");
    }
    return new CoordinatorState(
        phase(answer.phase()),
        answer.rootCertificate(),
        head(answer.headNumber(), answer.headDigest()),
        answer.missingShares(),
        answer.meshCertificates());
  }

  private static Phase phase(String text) {
    for (Phase phase : Phase.values()) {
      if (phase.text().equals(text)) {
        return phase;
      }
    }
    throw malformed("state.phase", "a phase that is not known here");
  }

  private static Head head(long number, Bytes digest) {
    boolean isNone = number == 0 && digest.isEmpty();
    boolean isSome = number > 0 && number <= Transition.MAX_NUMBER && digest.size() == 32;
    if (!isNone && !isSome) {
      throw malformed("state.head", "number " + number + " with " + digest.size() + " bytes");
    }
    return isNone ? Head.NONE : new Head(number, digest);
  }

  @Override
  public Page page(long afterNumber, long manifestOffset, Duration timeout) {
    GetHistoryResponse answer =
        new CoordinatorService.Client(rpc, timeout)
            .getHistory(new GetHistoryRequest(afterNumber, manifestOffset));
    return new Page(
        answer.entries().stream()
            .map(
                entry -> new Part(entry.signedTransition(), entry.manifest(), entry.manifestSize()))
            .toList(),
        answer.more());
  }

  private static CloisterException malformed(String path, String detail) {
    return new CloisterException(ClientError.STATE_MALFORMED, path, detail);
  }
}
