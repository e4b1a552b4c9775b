package dev.cloister.client;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.EvidenceType;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.Expectation;
import dev.cloister.attestation.Inconclusive;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.ReportData;
import dev.cloister.attestation.Trusted;
import dev.cloister.channel.Evidence;
import dev.cloister.channel.PeerCheck;
import dev.cloister.channel.PeerIdentity;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.Workload;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Checks a Coordinator's evidence, twice. When the channel opens, the manifest that says what to
 * compare with is not known yet: then only what the evidence says is looked at, not whether it is
 * genuine, and nothing but the history is asked for. Once the history is proven, the same evidence
 * is appraised against its manifest, and so is that of each renewal from then on.
 */
final class CoordinatorCheck implements PeerCheck {

  private final Trust trust;
  private final AtomicReference<Optional<Manifest>> inForce =
      new AtomicReference<>(Optional.empty());

  CoordinatorCheck(Trust trust) {
    this.trust = trust;
  }

  @Override
  public PeerIdentity.Proven check(EvidenceKind kind, Bytes what, Evidence evidence) {
    requireAbout(kind, what, evidence);
    Deployment deployment = deployment(evidence);
    PeerIdentity.Proven peer =
        new PeerIdentity.Proven(kind, deployment.name() + " Coordinator", what, evidence);
    inForce.get().ifPresent(manifest -> appraise(manifest, peer));
    return peer;
  }

  /** From now on, renewals are appraised against this manifest. */
  void use(Manifest manifest) {
    inForce.set(Optional.of(manifest));
  }

  private static void requireAbout(EvidenceKind kind, Bytes what, Evidence evidence) {
    EvidenceType type = type(evidence);
    dev.cloister.attestation.Evidence sent =
        dev.cloister.attestation.Evidence.bare(type, evidence.report());
    if (!sent.claimedReportData().equals(ReportData.of(kind, what))) {
      throw differs(type.reportDataPath(), "is about something else");
    }
    if (!sent.claimsInitdata(evidence.initdata().sha256())) {
      throw differs(type.hostDataPath(), "is not the SHA-256 of the initdata that was shown");
    }
  }

  private static EvidenceType type(Evidence evidence) {
    return EvidenceType.named(evidence.type())
        .orElseThrow(() -> differs("evidence.type", "is neither snp nor tdx"));
  }

  /** The deployment that the evidence's initdata names, which must be the one of the pin. */
  Deployment deployment(Evidence evidence) {
    Deployment deployment = Initdata.parse(evidence.initdata()).deployment();
    if (!deployment.pin().equals(trust.pin())) {
      throw differs(
          "initdata.deployment.json", "pin " + deployment.pin() + ", expected " + trust.pin());
    }
    return deployment;
  }

  /** The entry that the manifest has for this Coordinator. */
  static Workload entry(Manifest manifest, Evidence evidence) {
    Bytes digest = evidence.initdata().sha256();
    return manifest
        .workload(digest)
        .filter(Workload::isCoordinator)
        .orElseThrow(() ->
            new CloisterException(ClientError.COORDINATOR_NOT_LISTED, "initdata", digest.toHex()));
  }

  /**
   * Why the evidence is trusted, if the manifest is.
   *
   * @throws CloisterException with the code of the field that differs
   */
  Trusted appraise(Manifest manifest, PeerIdentity.Proven peer) {
    Evidence evidence = peer.evidence();
    Workload entry = entry(manifest, evidence);
    Expectation expectation =
        Expectation.of(ReportData.of(peer.kind(), peer.what()), entry.initdataDigest());
    EvidenceVerifier verifier =
        deployment(evidence).mode() == Mode.SIMULATED && trust.allowSimulated()
            ? EvidenceVerifier.allowingSimulated()
            : EvidenceVerifier.forHardware();
    dev.cloister.attestation.Evidence sent =
        dev.cloister.attestation.Evidence.of(
            type(evidence), evidence.report(), evidence.certificates());
    return switch (verifier.verify(
        sent, manifest.referenceValuesOf(entry), expectation, trust.clock().instant())) {
      case Trusted trusted -> trusted;
      case Rejected rejected ->
          throw new CloisterException(
              rejected.code(), "coordinator." + rejected.path(), rejected.toString());
      case Inconclusive inconclusive ->
          throw new CloisterException(
              ClientError.EVIDENCE_UNDECIDED,
              "coordinator.evidence",
              "missing: " + String.join(", ", inconclusive.missing()));
    };
  }

  private static CloisterException differs(String path, String detail) {
    return new CloisterException(ClientError.EVIDENCE_DIFFERS, path, detail);
  }
}
