package dev.cloister.attestation;

import static dev.cloister.attestation.TestVendor.NOW;
import static dev.cloister.attestation.TestVendor.evidence;
import static dev.cloister.attestation.TestVendor.report;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What signed data says about clocks that are set back. */
class EarliestTimeTest {

  private static final Instant ISSUED = Instant.parse("2026-03-01T00:00:00Z");
  private static final EarliestTime KNOWN = EarliestTime.unknown().with(genuine(ISSUED));

  /** Evidence under AMD's own root whose newest document is of this time. */
  private static Authentication genuine(Instant newest) {
    return new Authentic(
        new SnpClaims(
            SnpReport.parse(report().sign()),
            SnpProduct.GENOA,
            TrustAnchor.amd(),
            "",
            true,
            true,
            NOW,
            new Validity(newest, newest.plus(Duration.ofDays(30)))));
  }

  @Test
  void acceptsAnyTimeWhereNothingIsKnown() {
    assertThat(EarliestTime.unknown().refusal(Instant.EPOCH)).isEmpty();
  }

  @Test
  void refusesATimeBeforeSignedDataThatWasSeen() {
    Instant tooEarly = ISSUED.minus(EarliestTime.SKEW).minusSeconds(1);
    assertThat(KNOWN.refusal(tooEarly))
        .contains(
            new Rejected(
                AttestationError.TIME_BEFORE_SIGNED_DATA,
                "at",
                "not before 2026-03-01T00:00:00Z",
                "2026-02-28T23:54:59Z"));
  }

  @Test
  void acceptsAClockThatIsALittleBehind() {
    assertThat(KNOWN.refusal(ISSUED.minus(EarliestTime.SKEW))).isEmpty();
    assertThat(KNOWN.refusal(ISSUED.plus(Duration.ofDays(3650)))).isEmpty();
  }

  @Test
  void onlyEverRises() {
    assertThat(KNOWN.with(genuine(ISSUED.minusSeconds(1)))).isEqualTo(KNOWN);
    assertThat(KNOWN.with(genuine(ISSUED.plusSeconds(1))).bound()).isEqualTo(ISSUED.plusSeconds(1));
    assertThat(KNOWN.later(EarliestTime.unknown())).isEqualTo(KNOWN);
    assertThat(EarliestTime.unknown().later(KNOWN)).isEqualTo(KNOWN);
  }

  @Test
  void learnsNothingFromSimulatedVendorsOrRefusedEvidence() {
    Authentication simulated =
        TestVendor.authenticator().authenticate(evidence(report().sign()), NOW);
    assertThat(simulated).isInstanceOf(Authentic.class);
    assertThat(KNOWN.with(simulated)).isEqualTo(KNOWN);
    assertThat(KNOWN.with(new Inconclusive(List.of("ask")))).isEqualTo(KNOWN);
    assertThat(KNOWN.with(new Rejected(AttestationError.REPORT_SIGNATURE, "", "", "")))
        .isEqualTo(KNOWN);
  }

  /** The dates of every document count: the same answer holds from the last of them on. */
  @Test
  void genuineEvidenceSaysSinceWhenItsDocumentsAreValid() {
    SnpEvidence good = evidence(report().sign());
    SnpAuthenticator authenticator = TestVendor.authenticator();
    Claims claims = ((Authentic) authenticator.authenticate(good, NOW)).claims();
    assertThat(authenticator.authenticate(good, claims.validFrom())).isInstanceOf(Authentic.class);
    assertThat(authenticator.authenticate(good, claims.validFrom().minusSeconds(1)))
        .isInstanceOf(Rejected.class);
    assertThat(authenticator.authenticate(good, claims.validUntil())).isInstanceOf(Authentic.class);
    assertThat(authenticator.authenticate(good, claims.validUntil().plusSeconds(1)))
        .isInstanceOf(Rejected.class);
  }
}
