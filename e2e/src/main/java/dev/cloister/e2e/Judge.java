package dev.cloister.e2e;

import dev.cloister.attestation.Inconclusive;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.Trusted;
import dev.cloister.cli.PodVerifier;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.kubernetes.GeneratedWorkload;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Workload;
import dev.cloister.rpc.NodeAccess.AttestResponse;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;

/** The relying party: asks with fresh nonces and judges what comes back by the stage's manifest. */
final class Judge {

  private final Stage stage;

  Judge(Stage stage) {
    this.stage = stage;
  }

  /** 32 random bytes. */
  static Bytes nonce() {
    byte[] nonce = new byte[32];
    new SecureRandom().nextBytes(nonce);
    return Bytes.of(nonce);
  }

  /** The answer for evidence over this nonce. */
  PodVerifier.Answer judge(Bytes nonce, AttestResponse response) {
    return judge(stage.manifest(), stage.workload(), nonce, response);
  }

  /** The same by another manifest, of this one workload. */
  static PodVerifier.Answer judge(
      Manifest manifest, GeneratedWorkload expected, Bytes nonce, AttestResponse response) {
    Workload workload = manifest.workloads().getFirst();
    Instant now = InstantSource.system().instant();
    return new PodVerifier(manifest, true)
        .verify(workload, expected.initdata().document(), nonce, response, now);
  }

  /** The reason for which the pod's evidence is refused. */
  String refusal(HostilePod pod, ErrorCode expected, String path) {
    Bytes nonce = nonce();
    PodVerifier.Answer answer = judge(nonce, pod.attest(nonce));
    return switch (answer.verdict()) {
      case Rejected rejected
          when rejected.code().equals(expected) && rejected.path().equals(path) -> {
        String differences =
            answer.differences().isEmpty() ? "" : "; policy " + answer.differences().getFirst();
        yield Refusals.shown(rejected.code().code() + " " + rejected.path() + differences);
      }
      case Rejected rejected ->
          throw Refusals.notRefused("refused for another reason: " + rejected, null);
      case Trusted _ -> throw Refusals.notRefused("the evidence was trusted", null);
      case Inconclusive inconclusive ->
          throw Refusals.notRefused("not decided, missing " + inconclusive.missing(), null);
    };
  }
}
