package dev.cloister.cli;

import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.Evidence;
import dev.cloister.attestation.EvidenceType;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.Expectation;
import dev.cloister.attestation.Inconclusive;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.ReportData;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.attestation.Trusted;
import dev.cloister.attestation.Verdict;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.Workload;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.PolicyDiff;
import dev.cloister.rpc.NodeAccess.AttestResponse;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether a pod VM is what a manifest says. Everything that comes from the host is data to
 * be checked: evidence by its signatures, initdata by its digest in the evidence.
 *
 * @param manifest what may run
 * @param allowSimulated whether evidence of a simulated processor may be accepted at all
 */
public record PodVerifier(Manifest manifest, boolean allowSimulated) {

  /**
   * The answer.
   *
   * @param workload what the pod should be
   * @param verdict whether it is
   * @param differences where the policy that runs differs from the one that should run; empty where
   *     it doesn't or where that cannot be told
   */
  public record Answer(
      Workload workload, Verdict verdict, List<PolicyDiff.Difference> differences) {
    public Answer {
      differences = List.copyOf(differences);
    }
  }

  /**
   * Examines the evidence.
   *
   * @param workload an entry of the manifest: what the pod should be
   * @param expected the initdata that the entry names, or bytes of another for which nothing is
   *     told
   * @param nonce what was sent with the question
   * @param response what the host brought
   */
  public Answer verify(
      Workload workload, Bytes expected, Bytes nonce, AttestResponse response, Instant at) {
    Verdict verdict = verdict(workload, nonce, response, at);
    List<PolicyDiff.Difference> differences = List.of();
    if (verdict instanceof Rejected rejected
        && rejected.code() == AttestationError.HOST_DATA_DIFFERS) {
      differences = differences(workload, expected, rejected.found(), response.initdata());
    }
    return new Answer(workload, verdict, differences);
  }

  private Verdict verdict(Workload workload, Bytes nonce, AttestResponse response, Instant at) {
    Optional<EvidenceType> type = EvidenceType.named(response.type());
    if (type.isEmpty()) {
      return new Rejected(
          CliError.EVIDENCE_TYPE, "evidence.type", "snp or tdx", shortened(response.type()));
    }
    EvidenceVerifier verifier =
        allowSimulated ? EvidenceVerifier.allowingSimulated() : EvidenceVerifier.forHardware();
    Expectation expectation = Expectation.of(ReportData.ofNonce(nonce), workload.initdataDigest());
    Verdict verdict;
    try {
      Evidence evidence = Evidence.of(type.get(), response.report(), response.certificates());
      verdict = verifier.verify(evidence, manifest.referenceValuesOf(workload), expectation, at);
    } catch (CloisterException e) {
      return new Rejected(e.code(), e.where(), "", e.detail());
    }
    return verdict instanceof Trusted trusted ? checkMode(trusted, response.initdata()) : verdict;
  }

  /** Simulated and hardware never mix: the root's kind is the mode of the pod's deployment. */
  private static Verdict checkMode(Trusted trusted, Bytes initdata) {
    Bytes found = initdata.sha256();
    if (!trusted.claims().isOfInitdata(found)) {
      return new Rejected(
          CliError.INITDATA_DIFFERS,
          "initdata",
          trusted.claims().hostData().toHex(),
          found.toHex());
    }
    boolean simulated = trusted.reference().root() instanceof TrustAnchor.Simulated;
    Mode mode = Initdata.parse(initdata).deployment().mode();
    Mode proven = simulated ? Mode.SIMULATED : Mode.HARDWARE;
    return mode == proven
        ? trusted
        : new Rejected(CliError.MODE_DIFFERS, "deployment.mode", mode.text(), proven.text());
  }

  /** What differs, where both documents are at hand and are what their digests say. */
  private static List<PolicyDiff.Difference> differences(
      Workload workload, Bytes expected, String found, Bytes running) {
    boolean bothKnown =
        expected.sha256().equals(workload.initdataDigest()) && isDigest(found, running.sha256());
    if (!bothKnown) {
      return List.of();
    }
    try {
      return PolicyDiff.compare(
          PodPolicy.parse(Initdata.parse(expected).policy()),
          PodPolicy.parse(Initdata.parse(running).policy()));
    } catch (CloisterException e) {
      return List.of(
          new PolicyDiff.Difference("initdata", "a policy", String.valueOf(e.getMessage())));
    }
  }

  /** Whether evidence of either kind names the digest so. */
  private static boolean isDigest(String found, Bytes digest) {
    return Arrays.stream(EvidenceType.values())
        .anyMatch(type -> found.equals(type.hostData(digest).toHex()));
  }

  /** The exit code that says it. */
  static ExitCode exitCode(Verdict verdict) {
    return switch (verdict) {
      case Trusted _ -> ExitCode.DONE;
      case Rejected _ -> ExitCode.REFUSED;
      case Inconclusive _ -> ExitCode.UNDECIDED;
    };
  }

  private static String shortened(String text) {
    return text.length() <= 32 ? text : text.substring(0, 32) + "…";
  }
}
