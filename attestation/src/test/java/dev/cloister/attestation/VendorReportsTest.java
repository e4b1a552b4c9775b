package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Genuine reports of AMD's processors, and what becomes of them when they are touched. */
class VendorReportsTest {

  private static final SnpAuthenticator AMD = SnpAuthenticator.of(TrustAnchor.amd());

  @TestFactory
  Stream<DynamicTest> readsEveryFieldOfEveryGenuineReport() {
    return Vectors.find().stream()
        .flatMap(vectors -> vectors.reports().stream())
        .map(report -> dynamicTest(report.id(), () -> compareFields(report)));
  }

  private static void compareFields(Vectors.Report expected) {
    SnpReport report = SnpReport.parse(expected.report());
    assertThat(report.version()).isEqualTo(expected.expected().number("version"));
    assertThat(report.guestSvn()).isEqualTo(expected.expected().number("guest_svn"));
    assertThat(report.vmpl()).isEqualTo(expected.expected().number("vmpl"));
    assertThat(report.guestPolicy().text()).isEqualTo(expected.text("policy"));
    assertThat(report.platformInfo().text()).isEqualTo(expected.text("platform_info"));
    assertThat(report.signingKey().name()).isEqualTo(expected.text("signing_key"));
    assertThat(report.reportData().toHex()).isEqualTo(expected.text("report_data"));
    assertThat(report.measurement().toHex()).isEqualTo(expected.text("measurement"));
    assertThat(report.hostData().toHex()).isEqualTo(expected.text("host_data"));
    assertThat(report.idKeyDigest().toHex()).isEqualTo(expected.text("id_key_digest"));
    assertThat(report.authorKeyDigest().toHex()).isEqualTo(expected.text("author_key_digest"));
    assertThat(report.reportId().toHex()).isEqualTo(expected.text("report_id"));
    assertThat(report.migrationAgentReportId().toHex()).isEqualTo(expected.text("report_id_ma"));
    assertThat(report.chipId().toHex()).isEqualTo(expected.text("chip_id"));
    assertThat(report.currentFirmware().toString()).isEqualTo(expected.text("current_version"));
    assertThat(report.committedFirmware().toString()).isEqualTo(expected.text("committed_version"));
    compareTcb(report.currentTcb().version(), expected.expected().get("current_tcb"));
    compareTcb(report.reportedTcb().version(), expected.expected().get("reported_tcb"));
    compareTcb(report.committedTcb().version(), expected.expected().get("committed_tcb"));
    compareTcb(report.launchTcb().version(), expected.expected().get("launch_tcb"));
  }

  private static void compareTcb(TcbVersion found, Vectors.Node members) {
    assertThat(found.bootloader()).isEqualTo(members.number("bl"));
    assertThat(found.tee()).isEqualTo(members.number("tee"));
    assertThat(found.snp()).isEqualTo(members.number("snp"));
    assertThat(found.microcode()).isEqualTo(members.number("ucode"));
    if (!members.get("fmc").isNull()) {
      assertThat(found.fmc()).isEqualTo(members.number("fmc"));
    }
  }

  @TestFactory
  Stream<DynamicTest> findsEveryGenuineReportAuthentic() {
    return genuine((vectors, report) -> {
      Authentication answer =
          AMD.authenticate(vectors.evidence(report), Instant.parse(report.at()));
      assertThat(answer).isInstanceOf(Authentic.class);
      SnpClaims claims = (SnpClaims) ((Authentic) answer).claims();
      assertThat(claims.product().text()).isEqualTo(report.text("product"));
      assertThat(claims.chipBound()).isEqualTo(report.text("signing_key").equals("VCEK"));
      assertThat(claims.revocationChecked()).isFalse();
    });
  }

  @TestFactory
  Stream<DynamicTest> isInconclusiveWithoutCertificates() {
    return Vectors.find().stream()
        .flatMap(vectors -> vectors.reports().stream())
        .map(report ->
            dynamicTest(
                report.id(),
                () -> {
                  SnpEvidence bare = new SnpEvidence(report.report(), List.of(), List.of());
                  assertThat(AMD.authenticate(bare, Instant.parse("2026-01-01T00:00:00Z")))
                      .isInstanceOf(Inconclusive.class);
                }));
  }

  @TestFactory
  Stream<DynamicTest> refusesTimesOutsideTheValidityOfTheChipKey() {
    return genuine((vectors, report) -> {
      VendorCertificate leaf =
          VendorCertificate.parse(
              vectors.read(report.leaves().getFirst()), SignatureAlgorithm.PSS_SHA384, "leaf");
      SnpEvidence evidence = vectors.evidence(report);
      assertCode(
          AMD.authenticate(evidence, leaf.notBefore().minusSeconds(1)),
          AttestationError.CERTIFICATE_NOT_CURRENT);
      assertCode(
          AMD.authenticate(evidence, leaf.notAfter().plusSeconds(1)),
          AttestationError.CERTIFICATE_NOT_CURRENT);
      assertThat(AMD.authenticate(evidence, leaf.notAfter())).isInstanceOf(Authentic.class);
      assertCode(
          AMD.authenticate(evidence, Instant.parse("2060-01-01T00:00:00Z")),
          AttestationError.CERTIFICATE_NOT_CURRENT);
    });
  }

  @TestFactory
  Stream<DynamicTest> refusesTheChipKeyOfEveryOtherReport() {
    return genuine((vectors, report) -> {
      for (Vectors.Report other : vectors.reports()) {
        boolean differs =
            !other.text("verdict").equals("PARSE_ONLY")
                && !other.text("chip_id").equals(report.text("chip_id"));
        if (differs) {
          SnpEvidence mixed =
              new SnpEvidence(report.report(), vectors.evidence(other).certificates(), List.of());
          assertThat(AMD.authenticate(mixed, Instant.parse(report.at())))
              .describedAs("with the key of %s", other.id())
              .isNotInstanceOf(Authentic.class);
        }
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> refusesAFlippedBitInAChipCertificate() {
    return genuine((vectors, report) -> {
      List<Bytes> good = vectors.evidence(report).certificates();
      for (int at = 0; at < good.getFirst().size(); at += 7) {
        List<Bytes> bad = List.of(flipped(good.getFirst(), at, 0x01), good.get(1));
        assertThat(
                AMD.authenticate(
                    new SnpEvidence(report.report(), bad, List.of()), Instant.parse(report.at())))
            .describedAs("byte %d", at)
            .isInstanceOf(Rejected.class);
      }
    });
  }

  @TestFactory
  Stream<DynamicTest> refusesTheAuthorityOfAnotherProduct() {
    return one(
        "virtee-sev__report_milan",
        (vectors, report) -> {
          Bytes leaf = vectors.read(report.leaves().getFirst());
          for (String stranger : List.of("genoa_ask", "turin_ask", "milan_ark", "milan_asvk")) {
            SnpEvidence evidence =
                new SnpEvidence(
                    report.report(), List.of(leaf, vectors.certificate(stranger)), List.of());
            assertThat(AMD.authenticate(evidence, Instant.parse(report.at())))
                .describedAs(stranger)
                .isNotInstanceOf(Authentic.class);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> acceptsARootThatIsSentOnlyAsWhatItIs() {
    return one(
        "virtee-sev__report_milan",
        (vectors, report) -> {
          List<Bytes> chain = new ArrayList<>(vectors.evidence(report).certificates());
          chain.add(0, vectors.certificate("milan_ark"));
          Instant at = Instant.parse(report.at());
          assertThat(AMD.authenticate(new SnpEvidence(report.report(), chain, List.of()), at))
              .isInstanceOf(Authentic.class);
          Bytes ark = chain.removeFirst();
          chain.add(flipped(ark, ark.size() - 1, 1));
          assertCode(
              AMD.authenticate(new SnpEvidence(report.report(), chain, List.of()), at),
              AttestationError.CERTIFICATE_SIGNATURE);
        });
  }

  @TestFactory
  Stream<DynamicTest> readsTheVendorsRevocationLists() {
    return one(
        "enarx-steward__milan.signed.crl.csr",
        (vectors, report) -> {
          SnpEvidence good = vectors.evidence(report);
          Bytes milan = vectors.certificate("milan_vcek_crl_2022-05-09");
          Bytes genoa = vectors.certificate("genoa_vcek_crl_2022-10-31");
          Instant at = Instant.parse(report.at());
          Authentication checked = AMD.authenticate(with(good, milan), at);
          assertThat(checked).isInstanceOf(Authentic.class);
          assertThat(((Authentic) checked).claims().revocationChecked()).isTrue();
          assertCode(
              AMD.authenticate(with(good, milan), Instant.parse("2023-06-01T00:00:00Z")),
              AttestationError.REVOCATION_LIST_NOT_CURRENT);
          assertCode(
              AMD.authenticate(with(good, genoa), at), AttestationError.REVOCATION_LIST_INVALID);
          assertCode(
              AMD.authenticate(with(good, flipped(milan, 60, 1)), at),
              AttestationError.REVOCATION_LIST_INVALID);
        });
  }

  /** No chip under this authority is at hand, so the authority is checked by itself. */
  @TestFactory
  Stream<DynamicTest> refusesTheGenoaAuthorityThatAmdRevoked() {
    return Vectors.find().stream()
        .map(vectors -> dynamicTest("serial 131073", () -> checkRevokedAuthority(vectors)));
  }

  private static void checkRevokedAuthority(Vectors vectors) {
    VendorCertificate authority =
        VendorCertificate.parse(
            vectors.certificate("genoa_ask_REVOKED_131073"), SignatureAlgorithm.PSS_SHA384, "ask");
    List<VendorRevocationList> genoa =
        List.of(
            VendorRevocationList.parse(
                vectors.certificate("genoa_vcek_crl_2022-10-31"),
                SignatureAlgorithm.PSS_SHA384,
                "crl"));
    List<VendorRevocationList> milan =
        List.of(
            VendorRevocationList.parse(
                vectors.certificate("milan_vcek_crl_2022-05-09"),
                SignatureAlgorithm.PSS_SHA384,
                "crl"));
    Instant inTime = Instant.parse("2022-12-01T00:00:00Z");
    assertThat(check(authority, List.of(), inTime).revocationChecked()).isFalse();
    assertAuthorityRefused(authority, genoa, inTime, AttestationError.CERTIFICATE_REVOKED);
    assertAuthorityRefused(authority, milan, inTime, AttestationError.REVOCATION_LIST_INVALID);
    assertAuthorityRefused(
        authority,
        genoa,
        Instant.parse("2023-11-01T00:00:00Z"),
        AttestationError.REVOCATION_LIST_NOT_CURRENT);
  }

  private static void assertAuthorityRefused(
      VendorCertificate authority,
      List<VendorRevocationList> lists,
      Instant at,
      AttestationError code) {
    assertThatThrownBy(() -> check(authority, lists, at))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.rejected().code()).isEqualTo(code));
  }

  private static SnpChain.Checker.CheckedAuthority check(
      VendorCertificate authority, List<VendorRevocationList> lists, Instant at) {
    return new SnpChain.Checker(TrustAnchor.amd(), new Signatures(Optional.empty()), at)
        .checkAuthority(SigningKey.VCEK, SnpProduct.GENOA, authority, List.of(), lists);
  }

  @TestFactory
  Stream<DynamicTest> refusesChipCertificatesThatTheAuthorityNeverSigned() {
    return Vectors.find().stream()
        .flatMap(vectors ->
            Stream.of("legacy", "new")
                .map(name ->
                    dynamicTest(
                        name,
                        () -> {
                          String folder = "originals/trustee/deps/verifier/test_data/snp/";
                          Bytes leaf = vectors.read(folder + "test-vcek-invalid-" + name + ".der");
                          Vectors.Report report = vectors.report("trustee__test-report");
                          SnpEvidence evidence =
                              new SnpEvidence(
                                  report.report(),
                                  List.of(leaf, vectors.certificate("milan_ask")),
                                  List.of());
                          assertThat(AMD.authenticate(evidence, Instant.parse(report.at())))
                              .isInstanceOf(Rejected.class);
                        })));
  }

  @TestFactory
  Stream<DynamicTest> neverTakesAGenuineReportForASimulatedOne() {
    return one(
        "oak__genoa_oc_evidence",
        (vectors, report) -> {
          List<Bytes> chain = new ArrayList<>(vectors.evidence(report).certificates());
          Bytes root = vectors.certificate("genoa_ark");
          chain.add(root);
          Bytes key = VendorCertificate.parse(root, SignatureAlgorithm.PSS_SHA384, "ark").spki();
          assertCode(
              SnpAuthenticator.of(TrustAnchor.simulated(key.sha256()))
                  .authenticate(
                      new SnpEvidence(report.report(), chain, List.of()),
                      Instant.parse(report.at())),
              AttestationError.CERTIFICATE_NAME);
        });
  }

  @TestFactory
  Stream<DynamicTest> refusesAFlippedBitInEveryByteOfAGenuineReport() {
    return one(
        "oak__turin_oc_evidence",
        (vectors, report) -> {
          SnpEvidence good = vectors.evidence(report);
          for (int at = 0; at < SnpReport.SIZE; at++) {
            SnpEvidence bad =
                new SnpEvidence(
                    flipped(report.report(), at, 1 << (at % 8)), good.certificates(), List.of());
            assertThat(AMD.authenticate(bad, Instant.parse(report.at())))
                .describedAs("byte 0x%03x", at)
                .isNotInstanceOf(Authentic.class);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> refusesReportsOfAnyOtherLength() {
    return one(
        "oak__genoa_oc_evidence",
        (vectors, report) -> {
          Bytes raw = report.report();
          for (Bytes bad :
              List.of(Bytes.EMPTY, raw.slice(0, 1183), Bytes.concat(raw, Bytes.zeros(1)))) {
            assertThatThrownBy(() -> SnpReport.parse(bad))
                .isInstanceOfSatisfying(
                    CloisterException.class,
                    e -> assertThat(e.code()).isEqualTo(AttestationError.REPORT_MALFORMED));
          }
        });
  }

  private static SnpEvidence with(SnpEvidence evidence, Bytes list) {
    return new SnpEvidence(evidence.report(), evidence.certificates(), List.of(list));
  }

  private static Bytes flipped(Bytes bytes, int at, int mask) {
    byte[] copy = bytes.toArray();
    copy[at] ^= (byte) mask;
    return Bytes.of(copy);
  }

  private static void assertCode(Authentication answer, AttestationError code) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> assertThat(rejected.code()).describedAs("%s", rejected).isEqualTo(code));
  }

  @FunctionalInterface
  private interface Check {
    void run(Vectors vectors, Vectors.Report report);
  }

  private static Stream<DynamicTest> genuine(Check check) {
    return Vectors.find().stream()
        .flatMap(vectors ->
            vectors.reports().stream()
                .filter(report -> !report.leaves().isEmpty())
                .map(report -> dynamicTest(report.id(), () -> check.run(vectors, report))));
  }

  private static Stream<DynamicTest> one(String id, Check check) {
    return Vectors.find().stream()
        .map(vectors -> dynamicTest(id, () -> check.run(vectors, vectors.report(id))));
  }
}
