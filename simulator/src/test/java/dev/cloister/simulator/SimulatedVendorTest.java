package dev.cloister.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.Authentic;
import dev.cloister.attestation.Authentication;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.Expectation;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.SnpAuthenticator;
import dev.cloister.attestation.SnpEvidence;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.attestation.Trusted;
import dev.cloister.attestation.Verdict;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedVendorTest {

  private static final Bytes DIGEST = Bytes.ofUtf8("a launch").sha384();
  private static final Bytes HOST_DATA = Bytes.ofUtf8("an initdata").sha256();
  private static final Bytes QUESTION = Bytes.ofUtf8("a question").sha512();
  private static final Instant NOW = SharedVendor.MADE;

  private static SnpEvidence evidence(SimulatedVendor vendor) {
    MeasuredLaunch launch = new MeasuredLaunch(DIGEST, HOST_DATA, Bytes.ofUtf8("a vm").sha256());
    return SnpEvidence.of(vendor.report(launch, QUESTION), vendor.certificateTable());
  }

  private static ReferenceValue reference(Bytes digest) {
    return SimulatedChip.referenceValue("guest", SharedVendor.VENDOR.rootKeyDigest(), digest, 1);
  }

  @Test
  void itsEvidenceIsTrustedByWhoNamesItsRoot() {
    Verdict verdict =
        EvidenceVerifier.allowingSimulated()
            .verify(
                evidence(SharedVendor.VENDOR),
                reference(DIGEST),
                Expectation.of(QUESTION, HOST_DATA),
                NOW);
    assertThat(verdict).isInstanceOf(Trusted.class);
    assertThat(((Trusted) verdict).claims().toJson().members())
        .containsEntry("simulated", Json.of(true));
  }

  @Test
  void itsEvidenceIsRefusedUnderAmdsRoots() {
    Authentication answer =
        SnpAuthenticator.of(TrustAnchor.amd()).authenticate(evidence(SharedVendor.VENDOR), NOW);
    assertThat(answer)
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> assertThat(rejected.code()).isEqualTo(AttestationError.ROOT_NOT_TRUSTED));
  }

  @Test
  void itsEvidenceIsRefusedByAVerifierForHardwareThatWasToldItsRoot() {
    Verdict verdict =
        EvidenceVerifier.forHardware()
            .verify(
                evidence(SharedVendor.VENDOR),
                List.of(reference(DIGEST)),
                Expectation.of(QUESTION, HOST_DATA),
                NOW);
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected ->
                assertThat(rejected.code()).isEqualTo(AttestationError.SIMULATED_ROOT_REFUSED));
  }

  @Test
  void itsEvidenceIsRefusedUnderAnotherSimulatorsRoot() {
    TrustAnchor other = TrustAnchor.simulated(Bytes.ofUtf8("another root").sha256());
    assertThat(SnpAuthenticator.of(other).authenticate(evidence(SharedVendor.VENDOR), NOW))
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> assertThat(rejected.code()).isEqualTo(AttestationError.ROOT_NOT_TRUSTED));
  }

  @Test
  void everyCertificateSaysThatItIsSimulated() {
    Bytes table = SharedVendor.VENDOR.certificateTable();
    SnpEvidence evidence = SnpEvidence.of(Bytes.EMPTY, table);
    assertThat(evidence.certificates()).hasSize(3);
    assertThat(evidence.certificates())
        .allSatisfy(certificate ->
            assertThat(certificate.toHex())
                .contains(Bytes.ofUtf8("SIMULATED").toHex())
                .doesNotContain(Bytes.ofUtf8("Advanced Micro Devices").toHex()));
  }

  @Test
  void isTheSameVendorWhenOpenedAgainAndRenewsItsRevocationList() {
    Instant later = NOW.plus(Duration.ofDays(100));
    SimulatedVendor again = SharedVendor.open(later);
    assertThat(again.rootKeyDigest()).isEqualTo(SharedVendor.VENDOR.rootKeyDigest());
    Authentication answer =
        SnpAuthenticator.of(again.trustAnchor()).authenticate(evidence(again), later);
    assertThat(answer).isInstanceOf(Authentic.class);
    assertThat(((Authentic) answer).claims().revocationChecked()).isTrue();
  }

  @Test
  void keepsItsKeysFromEverybodyElse() throws IOException {
    evidence(SharedVendor.VENDOR);
    for (String key : List.of("ark.key", "vcek.key")) {
      Path file = SharedVendor.directory().resolve(key);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void refusesAnotherLaunchDigestAndNamesBoth() {
    Bytes other = Bytes.ofUtf8("another launch").sha384();
    Verdict verdict =
        EvidenceVerifier.allowingSimulated()
            .verify(
                evidence(SharedVendor.VENDOR),
                reference(other),
                Expectation.of(QUESTION, HOST_DATA),
                NOW);
    assertThat(verdict)
        .isEqualTo(
            new Rejected(
                AttestationError.LAUNCH_DIGEST_DIFFERS,
                "report.measurement",
                other.toHex(),
                DIGEST.toHex()));
  }
}
