package dev.cloister.attestation;

import static dev.cloister.attestation.AttestationError.CERTIFICATE_EXTENSION;
import static dev.cloister.attestation.AttestationError.CERTIFICATE_MALFORMED;
import static dev.cloister.attestation.AttestationError.CERTIFICATE_NAME;
import static dev.cloister.attestation.AttestationError.CERTIFICATE_NOT_CURRENT;
import static dev.cloister.attestation.AttestationError.CERTIFICATE_OF_ANOTHER_CHIP;
import static dev.cloister.attestation.AttestationError.CERTIFICATE_REVOKED;
import static dev.cloister.attestation.AttestationError.CERTIFICATE_SIGNATURE;
import static dev.cloister.attestation.AttestationError.REPORT_MALFORMED;
import static dev.cloister.attestation.AttestationError.REPORT_SIGNATURE;
import static dev.cloister.attestation.AttestationError.REPORT_VERSION_UNKNOWN;
import static dev.cloister.attestation.AttestationError.REVOCATION_LIST_INVALID;
import static dev.cloister.attestation.AttestationError.REVOCATION_LIST_NOT_CURRENT;
import static dev.cloister.attestation.AttestationError.ROOT_NOT_TRUSTED;
import static dev.cloister.attestation.AttestationError.SIGNATURE_ALGORITHM_UNKNOWN;
import static dev.cloister.attestation.AttestationError.SIGNING_KEY_UNUSABLE;
import static dev.cloister.attestation.AttestationError.TCB_ORDER;
import static dev.cloister.attestation.TestVendor.BASE;
import static dev.cloister.attestation.TestVendor.NOW;
import static dev.cloister.attestation.TestVendor.evidence;
import static dev.cloister.attestation.TestVendor.report;
import static dev.cloister.encoding.DerWriter.ia5;
import static dev.cloister.encoding.DerWriter.integer;
import static dev.cloister.encoding.DerWriter.octets;
import static dev.cloister.encoding.DerWriter.oid;
import static dev.cloister.encoding.DerWriter.sequence;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import java.security.Security;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Evidence of a vendor of AMD's shape, right and wrong in every part. */
class SnpAuthenticatorTest {

  private static Authentication authenticate(SnpEvidence evidence) {
    return TestVendor.authenticator().authenticate(evidence, NOW);
  }

  private static void assertRefused(Authentication answer, AttestationError code) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> assertThat(rejected.code()).describedAs("%s", rejected).isEqualTo(code));
  }

  private static void assertLeafRefused(AttestationError code, Consumer<TestVendor.Draft> change) {
    TestVendor.Draft leaf = TestVendor.vcek();
    change.accept(leaf);
    assertRefused(authenticate(evidence(report().sign(), leaf.sign())), code);
  }

  private static void assertReportRefused(
      AttestationError code, Consumer<TestVendor.ReportDraft> change) {
    TestVendor.ReportDraft draft = report();
    change.accept(draft);
    assertRefused(authenticate(evidence(draft.sign())), code);
  }

  @Test
  void findsAGoodReportAuthentic() {
    Authentication answer = authenticate(evidence(report().sign()));
    assertThat(answer).isInstanceOf(Authentic.class);
    SnpClaims claims = (SnpClaims) ((Authentic) answer).claims();
    assertThat(claims.product()).isEqualTo(SnpProduct.GENOA);
    assertThat(claims.chipBound()).isTrue();
    assertThat(claims.revocationChecked()).isTrue();
    assertThat(claims.validUntil()).isEqualTo(NOW.plus(Duration.ofDays(1)));
  }

  @Test
  void givesTheSameAnswersWithAProviderOfTheCaller() {
    SnpAuthenticator other =
        SnpAuthenticator.of(TestVendor.anchor(), Security.getProvider("SunEC"));
    SnpEvidence good = evidence(report().sign());
    assertThat(other.authenticate(good, NOW)).isEqualTo(authenticate(good));
  }

  @Test
  void findsAReportOfACloudsKeyAuthenticWithoutChip() {
    Bytes signed = report().put(0x048, 0x04).put(0x1a0, Bytes.zeros(64)).sign();
    SnpEvidence evidence =
        new SnpEvidence(
            signed,
            List.of(TestVendor.vlek().sign(), TestVendor.asvk().sign(), TestVendor.root().sign()),
            List.of());
    Authentication answer = authenticate(evidence);
    assertThat(answer).isInstanceOf(Authentic.class);
    SnpClaims claims = (SnpClaims) ((Authentic) answer).claims();
    assertThat(claims.cloud()).isEqualTo("CN=cloud.example");
    assertThat(claims.chipBound()).isFalse();
    assertThat(claims.revocationChecked()).isFalse();
  }

  @Test
  void isInconclusiveWhereCertificatesAreMissing() {
    SnpEvidence bare = new SnpEvidence(report().sign(), List.of(), List.of());
    assertThat(authenticate(bare)).isEqualTo(new Inconclusive(List.of("vcek", "ask")));
  }

  /** MS TEE-Attestation-Verification #142: a key of one kind taken for one of the other. */
  @Test
  void refusesAKeyOfAnotherKindThanTheReportNames() {
    Bytes chipReport = report().sign();
    Bytes cloudReport = report().put(0x048, 0x04).sign();
    assertRefused(
        authenticate(evidence(cloudReport, TestVendor.vcek().sign())), CERTIFICATE_OF_ANOTHER_CHIP);
    List<Bytes> cloudChain =
        List.of(TestVendor.vlek().sign(), TestVendor.asvk().sign(), TestVendor.root().sign());
    assertRefused(
        authenticate(new SnpEvidence(chipReport, cloudChain, List.of())),
        CERTIFICATE_OF_ANOTHER_CHIP);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6, 255})
  void refusesVersionsThatItDoesNotKnow(int version) {
    assertReportRefused(REPORT_VERSION_UNKNOWN, draft -> draft.put(0, version));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x049, 0x04b, 0x04c, 0x04f, 0x18b, 0x19f, 0x1eb, 0x1ef, 0x208, 0x29f, 0x2d0, 0x2e7, 0x318,
        0x32f, 0x330, 0x49f, 0x03a, 0x03d, 0x182, 0x1e2, 0x1f5
      })
  void refusesReservedBytesThatAreNotZero(int at) {
    Bytes good = report().sign();
    byte[] bytes = good.toArray();
    bytes[at] = 1;
    assertRefused(authenticate(evidence(Bytes.of(bytes))), REPORT_MALFORMED);
  }

  @Test
  void refusesFieldsOfALaterVersionInAnEarlierOne() {
    assertReportRefused(REPORT_MALFORMED, draft -> draft.put(0, 3));
    assertReportRefused(REPORT_MALFORMED, draft -> draft.put(0, 4));
    assertReportRefused(REPORT_MALFORMED, draft -> draft.put(0, 2).put(0x1f8, 0).put(0x200, 0));
  }

  @Test
  void readsVersionsTwoToFour() {
    for (int version = 2; version <= 4; version++) {
      TestVendor.ReportDraft draft = report().put(0, version).put(0x1f8, 0).put(0x200, 0);
      if (version == 2) {
        draft.put(0x188, 0, 0, 0);
      }
      assertThat(authenticate(evidence(draft.sign()))).isInstanceOf(Authentic.class);
    }
  }

  @Test
  void refusesSignatureAlgorithmsAndKeysThatCannotHaveSigned() {
    assertReportRefused(SIGNATURE_ALGORITHM_UNKNOWN, draft -> draft.put(0x034, 0));
    assertReportRefused(SIGNATURE_ALGORITHM_UNKNOWN, draft -> draft.put(0x034, 2));
    assertReportRefused(SIGNING_KEY_UNUSABLE, draft -> draft.put(0x048, 0x02));
    assertReportRefused(SIGNING_KEY_UNUSABLE, draft -> draft.put(0x048, 0x1c));
    assertReportRefused(SIGNING_KEY_UNUSABLE, draft -> draft.put(0x048, 0x08));
  }

  @Test
  void refusesProcessorsThatItDoesNotKnow() {
    assertReportRefused(AttestationError.PRODUCT_UNKNOWN, draft -> draft.put(0x188, 0x17));
    assertReportRefused(AttestationError.PRODUCT_UNKNOWN, draft -> draft.put(0x189, 0x50));
  }

  @Test
  void refusesAFlippedBitInEveryByte() {
    SnpEvidence good = evidence(report().sign());
    for (int at = 0; at < SnpReport.SIZE; at++) {
      byte[] bytes = good.report().toArray();
      bytes[at] ^= (byte) (1 << (at % 8));
      SnpEvidence bad =
          new SnpEvidence(Bytes.of(bytes), good.certificates(), good.revocationLists());
      assertThat(authenticate(bad)).describedAs("0x%03x", at).isNotInstanceOf(Authentic.class);
    }
  }

  /** CVE-2022-21449 ("psychic signatures"), and numbers beyond the order of the curve. */
  @Test
  void refusesSignaturesOfZeroAndBeyondTheOrder() {
    Bytes order =
        Bytes.ofHex(
                "ffffffffffffffffffffffffffffffffffffffffffffffff"
                    + "c7634d81f4372ddf581a0db248b0a77aecec196accc52973")
            .reversed();
    byte[] next = order.toArray();
    next[0]++;
    for (Bytes number : List.of(Bytes.zeros(48), order, Bytes.of(next))) {
      for (int at : new int[] {0x2a0, 0x2e8}) {
        byte[] bytes = report().sign().toArray();
        System.arraycopy(number.toArray(), 0, bytes, at, 48);
        assertRefused(authenticate(evidence(Bytes.of(bytes))), REPORT_SIGNATURE);
      }
    }
    byte[] zero = report().sign().toArray();
    java.util.Arrays.fill(zero, 0x2a0, 0x330, (byte) 0);
    assertRefused(authenticate(evidence(Bytes.of(zero))), REPORT_SIGNATURE);
  }

  @Test
  void refusesSignaturesWithSwappedOrTurnedNumbers() {
    Bytes good = report().sign();
    TestVendor.ReportDraft swapped = report();
    swapped.put(0, good);
    swapped.put(0x2a0, good.slice(0x2e8, 0x318)).put(0x2e8, good.slice(0x2a0, 0x2d0));
    assertRefused(authenticate(evidence(Bytes.of(swapped.bytes))), REPORT_SIGNATURE);
    TestVendor.ReportDraft turned = report();
    turned.put(0, good);
    turned.put(0x2a0, good.slice(0x2a0, 0x2d0).reversed());
    assertRefused(authenticate(evidence(Bytes.of(turned.bytes))), REPORT_SIGNATURE);
  }

  @Test
  void refusesTcbVersionsThatContradictEachOther() {
    assertReportRefused(TCB_ORDER, draft -> draft.put(0x1e0, 11));
    assertReportRefused(TCB_ORDER, draft -> draft.put(0x038, 9));
  }

  @Test
  void refusesACertificateOfAnotherChip() {
    assertReportRefused(
        CERTIFICATE_OF_ANOTHER_CHIP, draft -> draft.put(0x1a0, Bytes.ofUtf8("x").sha512()));
    assertLeafRefused(
        CERTIFICATE_OF_ANOTHER_CHIP,
        leaf -> leaf.extensions.put(BASE + "4", Bytes.ofUtf8("x").sha512()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.1", "3.2", "3.3", "3.8"})
  void refusesACertificateOfAnotherFirmwareLevel(String level) {
    assertLeafRefused(
        CERTIFICATE_OF_ANOTHER_CHIP, leaf -> leaf.extensions.put(BASE + level, integer(11)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3.1", "3.2", "3.3", "3.4", "3.7", "3.8", "4"})
  void refusesACertificateWithoutAnExtension(String extension) {
    assertLeafRefused(CERTIFICATE_EXTENSION, leaf -> leaf.extensions.remove(BASE + extension));
  }

  @Test
  void refusesExtensionsThatAreWrong() {
    assertLeafRefused(
        CERTIFICATE_EXTENSION, leaf -> leaf.extensions.put(BASE + "3.1", integer(128)));
    assertLeafRefused(
        CERTIFICATE_EXTENSION, leaf -> leaf.extensions.put(BASE + "3.8", integer(256)));
    assertLeafRefused(CERTIFICATE_EXTENSION, leaf -> leaf.extensions.put(BASE + "3.4", integer(1)));
    assertLeafRefused(CERTIFICATE_EXTENSION, leaf -> leaf.extensions.put(BASE + "1", integer(1)));
    assertLeafRefused(
        CERTIFICATE_EXTENSION, leaf -> leaf.extensions.put(BASE + "5", ia5("CN=cloud")));
    assertLeafRefused(CERTIFICATE_EXTENSION, leaf -> leaf.extensions.put(BASE + "3.9", integer(0)));
    assertLeafRefused(
        CERTIFICATE_EXTENSION,
        leaf -> leaf.fixed.add(sequence(oid(BASE + "3.1"), octets(integer(10)))));
    assertLeafRefused(
        CERTIFICATE_EXTENSION, leaf -> leaf.fixed.add(TestVendor.critical("1.2.3.4", integer(1))));
    for (String product : List.of("Milan-B1", "Cookie-B0", "Genoa-", "genoa", "")) {
      assertLeafRefused(
          CERTIFICATE_EXTENSION, leaf -> leaf.extensions.put(BASE + "2", ia5(product)));
    }
  }

  @Test
  void takesTheHardwareIdWrappedOrNot() {
    TestVendor.Draft leaf = TestVendor.vcek();
    leaf.extensions.put(BASE + "4", octets(TestVendor.chipId()));
    assertThat(authenticate(evidence(report().sign(), leaf.sign()))).isInstanceOf(Authentic.class);
  }

  @Test
  void refusesKeysOfAnotherKind() {
    assertLeafRefused(CERTIFICATE_MALFORMED, leaf -> leaf.spki = TestVendor.rsaLeafKey());
    assertLeafRefused(CERTIFICATE_MALFORMED, leaf -> leaf.spki = TestVendor.p256Key());
  }

  @Test
  void refusesNamesThatAreNotTheVendors() {
    assertLeafRefused(CERTIFICATE_NAME, leaf -> leaf.country = "CA");
    assertLeafRefused(CERTIFICATE_NAME, leaf -> leaf.organisation = "Advanced Micro Devices");
    assertLeafRefused(CERTIFICATE_NAME, leaf -> leaf.subject = "SEV-OTHER");
    assertLeafRefused(CERTIFICATE_NAME, leaf -> leaf.issuer = "SEV-Milan");
  }

  @Test
  void refusesALeafThatTheAuthorityDidNotSign() {
    assertLeafRefused(CERTIFICATE_SIGNATURE, leaf -> leaf.signer = TestVendor.strangerKey());
    assertLeafRefused(CERTIFICATE_SIGNATURE, leaf -> leaf.hash = "SHA-256");
    assertLeafRefused(
        CERTIFICATE_SIGNATURE, leaf -> leaf.algorithm = sequence(oid("1.2.840.113549.1.1.12")));
  }

  @Test
  void refusesALeafOutsideItsValidity() {
    assertLeafRefused(CERTIFICATE_NOT_CURRENT, leaf -> leaf.from = NOW.plusSeconds(1));
    assertLeafRefused(CERTIFICATE_NOT_CURRENT, leaf -> leaf.to = NOW.minusSeconds(1));
  }

  private static Authentication withChain(Bytes ask, Bytes root) {
    return authenticate(
        new SnpEvidence(
            report().sign(),
            List.of(TestVendor.vcek().sign(), ask, root),
            List.of(TestVendor.currentList())));
  }

  @Test
  void refusesAnAuthorityThatTheRootDidNotSign() {
    TestVendor.Draft ask = TestVendor.ask();
    ask.signer = TestVendor.strangerKey();
    assertRefused(withChain(ask.sign(), TestVendor.root().sign()), CERTIFICATE_SIGNATURE);
  }

  @Test
  void refusesAnAuthorityThatMayNotSign() {
    TestVendor.Draft ask = TestVendor.ask();
    ask.fixed.removeFirst();
    assertRefused(withChain(ask.sign(), TestVendor.root().sign()), CERTIFICATE_EXTENSION);
  }

  @Test
  void refusesAnAuthorityOrRootOutsideItsValidity() {
    TestVendor.Draft ask = TestVendor.ask();
    ask.to = NOW.minusSeconds(1);
    assertRefused(withChain(ask.sign(), TestVendor.root().sign()), CERTIFICATE_NOT_CURRENT);
    TestVendor.Draft root = TestVendor.root();
    root.from = NOW.plusSeconds(1);
    assertRefused(withChain(TestVendor.ask().sign(), root.sign()), CERTIFICATE_NOT_CURRENT);
  }

  @Test
  void refusesARootThatNobodyNamed() {
    SnpAuthenticator other =
        SnpAuthenticator.of(TrustAnchor.simulated(Bytes.ofUtf8("other").sha256()));
    assertRefused(other.authenticate(evidence(report().sign()), NOW), ROOT_NOT_TRUSTED);
    assertRefused(
        SnpAuthenticator.of(TrustAnchor.amd()).authenticate(evidence(report().sign()), NOW),
        ROOT_NOT_TRUSTED);
  }

  private static Authentication withList(Bytes list) {
    SnpEvidence good = evidence(report().sign());
    return authenticate(new SnpEvidence(good.report(), good.certificates(), List.of(list)));
  }

  @Test
  void refusesAnAuthorityThatTheRootRevoked() {
    assertRefused(withList(TestVendor.currentList(0x20002)), CERTIFICATE_REVOKED);
    assertThat(withList(TestVendor.currentList(1, 2, 3))).isInstanceOf(Authentic.class);
  }

  /** Every VCEK has the number 0, so an entry for 0 says nothing about it. */
  @Test
  void doesNotTakeAnEntryForZeroAsOneForTheChipKey() {
    assertThat(withList(TestVendor.currentList(0))).isInstanceOf(Authentic.class);
  }

  @Test
  void refusesRevocationListsOutsideTheirTime() {
    Instant before = NOW.minus(Duration.ofDays(2));
    assertRefused(
        withList(TestVendor.revocationList(before, NOW.minusSeconds(1))),
        REVOCATION_LIST_NOT_CURRENT);
    assertRefused(
        withList(TestVendor.revocationList(NOW.plusSeconds(1), NOW.plusSeconds(9))),
        REVOCATION_LIST_NOT_CURRENT);
  }

  @Test
  void refusesRevocationListsThatWereChanged() {
    byte[] list = TestVendor.currentList().toArray();
    list[list.length - 1] ^= 1;
    assertRefused(withList(Bytes.of(list)), REVOCATION_LIST_INVALID);
    assertRefused(withList(Bytes.ofUtf8("no list")), REVOCATION_LIST_INVALID);
  }

  @Test
  void refusesCertificatesWithBytesBehindThem() {
    Bytes leaf = Bytes.concat(TestVendor.vcek().sign(), Bytes.zeros(1));
    assertRefused(authenticate(evidence(report().sign(), leaf)), CERTIFICATE_MALFORMED);
    assertRefused(
        authenticate(evidence(report().sign(), Bytes.zeros(VendorCertificate.MAX_BYTES + 1))),
        CERTIFICATE_MALFORMED);
  }

  @Test
  void neverDependsOnAnEarlierAnswer() {
    SnpAuthenticator one = TestVendor.authenticator();
    SnpEvidence good = evidence(report().sign());
    Bytes bad = report().put(0x1a0, 1).sign();
    assertThat(one.authenticate(good, NOW)).isInstanceOf(Authentic.class);
    assertThat(one.authenticate(evidence(bad), NOW)).isInstanceOf(Rejected.class);
    assertThat(one.authenticate(good, NOW)).isInstanceOf(Authentic.class);
  }
}
