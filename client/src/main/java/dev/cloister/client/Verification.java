package dev.cloister.client;

import dev.cloister.attestation.Trusted;
import dev.cloister.channel.PeerIdentity;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.History;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Mode;
import java.security.cert.X509Certificate;

/** The steps that do not depend on how history and evidence came here. */
final class Verification {

  private Verification() {}

  static void requireMode(Deployment deployment, Trust trust) {
    if (deployment.mode() == Mode.SIMULATED && !trust.allowSimulated()) {
      throw new CloisterException(
          ClientError.SIMULATED_NOT_ALLOWED, "deployment.json", "mode is simulated");
    }
  }

  /** Refuses a phase in which nothing is served. */
  static void requireReady(CoordinatorState state, Deployment deployment, Trust trust) {
    switch (state.phase()) {
      case READY -> {}
      case AWAITING_FIRST -> {
        requireFloors(History.begin(deployment), trust);
        throw new CloisterException(ClientError.AWAITING_FIRST, "state", "no manifest is in force");
      }
      case RECOVERING ->
          throw new CloisterException(
              ClientError.RECOVERING, "state", state.missingShares() + " shares are missing");
    }
  }

  static void requireFloors(History history, Trust trust) {
    trust.floors().forEach(floor -> floor.check(history));
  }

  /** Refuses a history that ends elsewhere than the evidence says. */
  static void requireHead(History history, Head proven) {
    if (!history.head().equals(proven)) {
      throw new CloisterException(
          ClientError.HEAD_DIFFERS,
          "history",
          "shown is " + history.head() + ", the evidence says " + proven);
    }
  }

  /** Appraises the evidence against the manifest in force. */
  static ProvenHistory appraise(History history, PeerIdentity.Proven peer, CoordinatorCheck check) {
    Manifest manifest =
        history
            .manifest()
            .orElseThrow(() ->
                new CloisterException(
                    ClientError.AWAITING_FIRST, "history", "no manifest is in force"));
    Trusted trusted = check.appraise(manifest, peer);
    return new ProvenHistory(
        history,
        manifest,
        CoordinatorCheck.entry(manifest, peer.evidence()),
        trusted,
        peer.evidence());
  }

  /** The CAs, whose root must be the instance of the first transition. */
  static VerifiedCoordinator authorities(ProvenHistory proven, CoordinatorState state) {
    X509Certificate root = Authorities.root(state.rootCertificate());
    Bytes digest = Authorities.keyDigest(root);
    Bytes wanted = proven.history().coordinatorRoot();
    if (!digest.equals(wanted)) {
      throw new CloisterException(
          ClientError.ROOT_DIFFERS,
          "rootCertificate",
          digest.toHex() + " is not " + wanted.toHex());
    }
    return new VerifiedCoordinator(proven, root, Authorities.mesh(state.meshCertificates(), root));
  }
}
