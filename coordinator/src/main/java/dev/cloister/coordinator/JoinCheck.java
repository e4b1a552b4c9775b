package dev.cloister.coordinator;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.channel.Evidence;
import dev.cloister.channel.EvidencePeerCheck;
import dev.cloister.channel.PeerCheck;
import dev.cloister.channel.PeerIdentity;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.Workload;
import java.util.List;

/**
 * Decides which pods may join, by the manifest in force at that moment, at each exchange anew. What
 * costs nothing comes first: whether the initdata is listed at all, then the evidence, against the
 * reference values of that workload only.
 */
final class JoinCheck implements PeerCheck {

  private final Coordinator coordinator;
  private final EvidenceVerifier verifier;

  JoinCheck(Coordinator coordinator) {
    this.coordinator = coordinator;
    this.verifier =
        coordinator.deployment().mode() == Mode.SIMULATED
            ? EvidenceVerifier.allowingSimulated()
            : EvidenceVerifier.forHardware();
  }

  @Override
  public PeerIdentity.Proven check(EvidenceKind kind, Bytes what, Evidence evidence) {
    Manifest manifest = coordinator.ready().manifest();
    Workload workload = listed(manifest, evidence.initdata().sha256());
    return new EvidencePeerCheck(
            coordinator.deployment().pin(),
            verifier,
            new OneWorkload(manifest, workload),
            coordinator.parts().clock())
        .check(kind, what, evidence);
  }

  /**
   * The workload that a pod of this initdata is.
   *
   * @throws CloisterException with {@link CoordinatorError#NOT_LISTED} or {@link
   *     CoordinatorError#COORDINATOR_DOES_NOT_JOIN}
   */
  static Workload listed(Manifest manifest, Bytes digest) {
    Workload workload =
        manifest
            .workload(digest)
            .orElseThrow(() ->
                new CloisterException(CoordinatorError.NOT_LISTED, "initdata", digest.toHex()));
    if (workload.isCoordinator()) {
      throw new CloisterException(
          CoordinatorError.COORDINATOR_DOES_NOT_JOIN, "initdata", workload.fullName());
    }
    return workload;
  }

  /** Nothing but the workload that was looked up. */
  private record OneWorkload(Manifest manifest, Workload workload)
      implements EvidencePeerCheck.Accepted {

    @Override
    public List<ReferenceValue> references(EvidenceKind kind, Bytes digest) {
      return workload.initdataDigest().equals(digest)
          ? manifest.referenceValuesOf(workload)
          : List.of();
    }

    @Override
    public String name(EvidenceKind kind, Initdata initdata) {
      return workload.fullName();
    }
  }
}
