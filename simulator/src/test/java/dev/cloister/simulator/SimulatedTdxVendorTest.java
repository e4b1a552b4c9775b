package dev.cloister.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.Authentic;
import dev.cloister.attestation.Authentication;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.Expectation;
import dev.cloister.attestation.Inconclusive;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.TdMeasurements;
import dev.cloister.attestation.TdxAuthenticator;
import dev.cloister.attestation.TdxClaims;
import dev.cloister.attestation.TdxCollateral;
import dev.cloister.attestation.TdxEvidence;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.attestation.Trusted;
import dev.cloister.attestation.Verdict;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quotes of the simulated platform, before the verifier of genuine ones. */
class SimulatedTdxVendorTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
  private static final Bytes HOST_DATA = Bytes.ofUtf8("an initdata").sha256();
  private static final Bytes QUESTION = Bytes.ofUtf8("a question").sha512();

  @TempDir Path directory = Path.of("");
  private Instant now = NOW;

  private SimulatedTdxVendor vendor() {
    return SimulatedTdxVendor.open(directory, () -> now, new SecureRandom());
  }

  @BeforeEach
  void startNow() {
    now = NOW;
  }

  private static TdMeasurements measurements(String name) {
    Bytes zero = Bytes.zeros(48);
    Bytes other = Bytes.ofUtf8(name).sha384();
    return new TdMeasurements(other, List.of(other.sha384(), zero, zero, zero));
  }

  private static TdxEvidence evidence(SimulatedTdxVendor vendor) {
    return new TdxEvidence(
        vendor.quote(measurements("a TD"), HOST_DATA, QUESTION), List.of(), vendor.collateral());
  }

  private static ReferenceValue reference(SimulatedTdxVendor vendor, String name) {
    return SimulatedTdxPlatform.referenceValue("guest", vendor.rootKeyDigest(), measurements(name));
  }

  private static void assertRejected(Object answer, AttestationError code, String path) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> {
              assertThat(rejected.code()).as(rejected.toString()).isEqualTo(code);
              assertThat(rejected.path()).isEqualTo(path);
            });
  }

  @Test
  void itsEvidenceIsTrustedByWhoNamesItsRoot() {
    SimulatedTdxVendor vendor = vendor();
    Verdict verdict =
        EvidenceVerifier.allowingSimulated()
            .verify(
                evidence(vendor),
                reference(vendor, "a TD"),
                Expectation.of(QUESTION, HOST_DATA),
                NOW);
    assertThat(verdict).as(verdict.toString()).isInstanceOf(Trusted.class);
    TdxClaims claims = (TdxClaims) ((Trusted) verdict).claims();
    assertThat(claims.tcb().status().text()).isEqualTo("UpToDate");
    assertThat(claims.toJson().members())
        .containsEntry("simulated", Json.of(true))
        .containsEntry("fmspc", Json.of("53494d554c00"))
        .containsEntry("mrConfigId", Json.of(HOST_DATA.toHex() + "00".repeat(16)));
  }

  @Test
  void itsEvidenceIsRefusedUnderIntelsRoot() {
    Authentication answer =
        TdxAuthenticator.of(TrustAnchor.intel()).authenticate(evidence(vendor()), NOW);
    assertRejected(answer, AttestationError.ROOT_NOT_TRUSTED, "certificates.rootCa.publicKey");
  }

  @Test
  void itsEvidenceIsRefusedByAVerifierForHardwareThatWasToldItsRoot() {
    SimulatedTdxVendor vendor = vendor();
    Verdict verdict =
        EvidenceVerifier.forHardware()
            .verify(
                evidence(vendor),
                reference(vendor, "a TD"),
                Expectation.of(QUESTION, HOST_DATA),
                NOW);
    assertRejected(verdict, AttestationError.SIMULATED_ROOT_REFUSED, "referenceValue.root");
  }

  @Test
  void anotherMeasurementOrInitdataIsRefused() {
    SimulatedTdxVendor vendor = vendor();
    EvidenceVerifier verifier = EvidenceVerifier.allowingSimulated();
    assertRejected(
        verifier.verify(
            evidence(vendor),
            reference(vendor, "another TD"),
            Expectation.of(QUESTION, HOST_DATA),
            NOW),
        AttestationError.LAUNCH_DIGEST_DIFFERS,
        "quote.mrTd");
    assertRejected(
        verifier.verify(
            evidence(vendor),
            reference(vendor, "a TD"),
            Expectation.of(QUESTION, Bytes.ofUtf8("another").sha256()),
            NOW),
        AttestationError.HOST_DATA_DIFFERS,
        "quote.mrConfigId");
  }

  @Test
  void attackAChangedQuoteIsRefusedWhereverItIsChanged() {
    SimulatedTdxVendor vendor = vendor();
    TdxAuthenticator authenticator = TdxAuthenticator.of(vendor.trustAnchor());
    TdxEvidence good = evidence(vendor);
    for (int at = 0; at < good.quote().size(); at += 7) {
      byte[] quote = good.quote().toArray();
      quote[at] ^= 1;
      assertThat(
              authenticator.authenticate(
                  new TdxEvidence(Bytes.of(quote), List.of(), good.collateral()), NOW))
          .as("byte %d", at)
          .isNotInstanceOf(Authentic.class);
    }
  }

  @Test
  void withoutCollateralNothingIsDecided() {
    SimulatedTdxVendor vendor = vendor();
    TdxEvidence bare = new TdxEvidence(evidence(vendor).quote(), List.of(), TdxCollateral.none());
    assertThat(TdxAuthenticator.of(vendor.trustAnchor()).authenticate(bare, NOW))
        .isInstanceOf(Inconclusive.class);
  }

  @Test
  void collateralOfAnotherSimulatorIsRefused(@TempDir Path elsewhere) {
    SimulatedTdxVendor vendor = vendor();
    SimulatedTdxVendor other = SimulatedTdxVendor.open(elsewhere, () -> NOW, new SecureRandom());
    TdxEvidence mixed = new TdxEvidence(evidence(vendor).quote(), List.of(), other.collateral());
    assertThat(TdxAuthenticator.of(vendor.trustAnchor()).authenticate(mixed, NOW))
        .isInstanceOf(Rejected.class);
  }

  @Test
  void collateralIsRenewedDailyAndEndsAfterThirtyDays() {
    SimulatedTdxVendor vendor = vendor();
    TdxEvidence old = evidence(vendor);
    assertThat(vendor.collateral()).isSameAs(old.collateral());
    now = NOW.plus(Duration.ofDays(31));
    TdxAuthenticator authenticator = TdxAuthenticator.of(vendor.trustAnchor());
    assertThat(authenticator.authenticate(old, now)).isInstanceOf(Rejected.class);
    assertThat(authenticator.authenticate(evidence(vendor), now)).isInstanceOf(Authentic.class);
  }

  @Test
  void aReopenedVendorIsTheSame() throws IOException {
    SimulatedTdxVendor first = vendor();
    SimulatedTdxVendor second = vendor();
    assertThat(second.rootKeyDigest()).isEqualTo(first.rootKeyDigest());
    assertThat(TdxAuthenticator.of(first.trustAnchor()).authenticate(evidence(second), NOW))
        .isInstanceOf(Authentic.class);
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
  }
}
