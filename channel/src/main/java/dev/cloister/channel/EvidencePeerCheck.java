package dev.cloister.channel;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.EvidenceType;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.Expectation;
import dev.cloister.attestation.Inconclusive;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.ReportData;
import dev.cloister.attestation.Trusted;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Initdata;
import java.time.InstantSource;
import java.util.List;

/**
 * Checks evidence of a VM, of SNP or TDX, of one deployment: genuine, about this session, of an
 * initdata that the caller accepts, matching the reference values that apply to it. The initdata is
 * parsed only after the evidence vouches for it.
 */
public final class EvidencePeerCheck implements PeerCheck {

  /** What is accepted from a VM. */
  public interface Accepted {

    /**
     * The reference values that apply to this initdata.
     *
     * @param digest SHA-256 of the initdata document, not yet proven
     * @return none where this initdata is not accepted
     */
    List<ReferenceValue> references(EvidenceKind kind, Bytes digest);

    /**
     * Looks at the proven initdata, and names the VM.
     *
     * @return a name for people
     * @throws CloisterException where it is not accepted after all
     */
    String name(EvidenceKind kind, Initdata initdata);
  }

  private final DeploymentPin pin;
  private final EvidenceVerifier verifier;
  private final Accepted accepted;
  private final InstantSource clock;

  /** A check for one deployment. */
  public EvidencePeerCheck(
      DeploymentPin pin, EvidenceVerifier verifier, Accepted accepted, InstantSource clock) {
    this.pin = pin;
    this.verifier = verifier;
    this.accepted = accepted;
    this.clock = clock;
  }

  @Override
  public PeerIdentity.Proven check(EvidenceKind kind, Bytes what, Evidence evidence) {
    EvidenceType type =
        EvidenceType.named(evidence.type())
            .orElseThrow(() ->
                new CloisterException(
                    ChannelError.EVIDENCE_TYPE_UNKNOWN, "evidence.type", "neither snp nor tdx"));
    Bytes digest = evidence.initdata().sha256();
    Expectation expectation = Expectation.of(ReportData.of(kind, what), digest);
    dev.cloister.attestation.Evidence sent =
        dev.cloister.attestation.Evidence.of(type, evidence.report(), evidence.certificates());
    switch (verifier.verify(
        sent, accepted.references(kind, digest), expectation, clock.instant())) {
      case Trusted trusted -> {}
      case Rejected rejected ->
          throw new CloisterException(rejected.code(), rejected.path(), rejected.toString());
      case Inconclusive inconclusive ->
          throw new CloisterException(
              ChannelError.EVIDENCE_UNDECIDED,
              "evidence",
              "missing: " + String.join(", ", inconclusive.missing()));
    }
    Initdata initdata = Initdata.parse(evidence.initdata());
    if (!initdata.deployment().pin().equals(pin)) {
      throw new CloisterException(
          ChannelError.DEPLOYMENT_DIFFERS,
          "initdata.deployment.json",
          "pin " + initdata.deployment().pin() + ", expected " + pin);
    }
    return new PeerIdentity.Proven(kind, accepted.name(kind, initdata), what, evidence);
  }
}
