package dev.cloister.client;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.channel.PeerIdentity;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.History;

/** Verifies an answer to {@code /attest} as a link verifies its Coordinator. */
public final class AttestVerifier {

  private final Trust trust;

  /** A verifier that knows this much beforehand. */
  public AttestVerifier(Trust trust) {
    this.trust = trust;
  }

  /**
   * Verifies.
   *
   * @param nonce that the answer was asked with: 32 bytes, fresh
   * @throws CloisterException as {@link CoordinatorLink#verify}
   */
  public VerifiedCoordinator verify(Bytes nonce, AttestDocument answer) {
    CoordinatorCheck check = new CoordinatorCheck(trust);
    Bytes what = answer.path().what(AttestDocument.leaf(nonce, answer.state()));
    PeerIdentity.Proven peer = check.check(EvidenceKind.COORDINATOR, what, answer.evidence());
    Deployment deployment = check.deployment(answer.evidence());
    Verification.requireMode(deployment, trust);
    Verification.requireReady(answer.state(), deployment, trust);
    History history = History.replay(deployment, answer.history());
    Verification.requireHead(history, answer.state().head());
    Verification.requireFloors(history, trust);
    return Verification.authorities(Verification.appraise(history, peer, check), answer.state());
  }
}
