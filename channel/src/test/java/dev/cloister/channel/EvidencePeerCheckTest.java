package dev.cloister.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.ReportData;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import org.junit.jupiter.api.Test;

/** What a peer's evidence must be, of either kind. */
class EvidencePeerCheckTest {

  private static final Bytes WHAT = Bytes.ofUtf8("this session");

  private static Evidence quote(EvidenceKind kind) {
    return TestVendor.quote(ReportData.of(kind, WHAT), Lab.COORDINATOR);
  }

  private static void assertRefused(Evidence evidence, ErrorCode code) {
    assertThatThrownBy(() -> Lab.coordinators().check(EvidenceKind.COORDINATOR, WHAT, evidence))
        .isInstanceOfSatisfying(CloisterException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void takesAQuoteOfTdxWithItsCollateral() {
    PeerIdentity.Proven peer =
        Lab.coordinators().check(EvidenceKind.COORDINATOR, WHAT, quote(EvidenceKind.COORDINATOR));
    assertThat(peer.evidence().type()).isEqualTo("tdx");
  }

  @Test
  void refusesAQuoteWithoutCollateral() {
    Evidence whole = quote(EvidenceKind.COORDINATOR);
    assertRefused(
        new Evidence("tdx", whole.report(), Bytes.EMPTY, whole.initdata()),
        ChannelError.EVIDENCE_UNDECIDED);
  }

  @Test
  void attackAQuoteThatAContainerAskedForDoesNotSpeakForTheCoordinator() {
    assertRefused(quote(EvidenceKind.WORKLOAD), AttestationError.REPORT_DATA_DIFFERS);
  }

  @Test
  void attackAQuoteThatClaimsToBeAReportIsRefused() {
    Evidence whole = quote(EvidenceKind.COORDINATOR);
    assertRefused(
        new Evidence("snp", whole.report(), TestVendor.certificates(), whole.initdata()),
        AttestationError.REPORT_MALFORMED);
  }

  @Test
  void refusesEvidenceOfAKindThatIsNotKnown() {
    Evidence whole = quote(EvidenceKind.COORDINATOR);
    assertRefused(
        new Evidence("sgx", whole.report(), Bytes.EMPTY, whole.initdata()),
        ChannelError.EVIDENCE_TYPE_UNKNOWN);
  }
}
