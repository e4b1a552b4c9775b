package dev.cloister.e2e;

import dev.cloister.attestation.AttestationError;
import dev.cloister.channel.ChannelError;
import dev.cloister.channel.Evidence;
import dev.cloister.rpc.NodeAccess.AttestRequest;
import dev.cloister.rpc.NodeAccess.AttestResponse;
import dev.cloister.rpc.NodePods.Pod;
import java.time.Duration;

/** A host joins with evidence that it was given for another question of the same pod. */
record StaleEvidence() implements Attack {

  @Override
  public String name() {
    return "stale evidence replayed";
  }

  @Override
  public String refuser() {
    return "Coordinator";
  }

  @Override
  public String attempt(Stage stage) {
    Guestbook guestbook = stage.guestbook();
    Pod pod = guestbook.workloads().getFirst();
    AttestResponse answer =
        stage
            .node()
            .calls(Duration.ofSeconds(60))
            .attest(new AttestRequest(pod.id(), Judge.nonce()));
    Evidence stale =
        new Evidence(answer.type(), answer.report(), answer.certificates(), answer.initdata());
    return Refusals.of(
        ChannelError.REFUSED_BY_PEER,
        AttestationError.REPORT_DATA_DIFFERS.code(),
        () -> guestbook.client().join(guestbook.address(), _ -> stale).verify());
  }
}
