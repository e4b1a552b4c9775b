package dev.cloister.attestation;

import static dev.cloister.attestation.TestVendor.NOW;
import static dev.cloister.attestation.TestVendor.evidence;
import static dev.cloister.attestation.TestVendor.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.attestation.TestVendor.ReportDraft;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonParser;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Genuine evidence that is, or is not, what a reference value asks for. */
class AppraiserTest {

  private static final Expectation EXPECTATION =
      Expectation.of(TestVendor.question(), TestVendor.hostData());

  /** A reference value with JSON fields added to the plain one. */
  private static ReferenceValue reference(String more) {
    String text =
        """
        {"tee":"snp","root":"%s","product":"Genoa","image":"guest","launchDigest":"%s","vcpus":1,
        "guestPolicy":{"allow":["smt"],"require":[]},
        "platformInfo":{"allow":["smt"],"require":["aliasCheck"]},
        "minimumTcb":{"bootloader":10,"tee":0,"snp":25,"microcode":84}%s}
        """
            .formatted(TestVendor.anchor().text(), TestVendor.digest().toHex(), more);
    return parse(text);
  }

  private static ReferenceValue parse(String text) {
    return ReferenceValue.parse(
        JsonParser.parse(Bytes.ofUtf8(text), JsonBudget.DOCUMENT), "reference");
  }

  private static Verdict appraise(ReportDraft draft, ReferenceValue reference) {
    return EvidenceVerifier.allowingSimulated()
        .verify(evidence(draft.sign()), reference, EXPECTATION, NOW);
  }

  private static void assertRefused(Verdict verdict, AttestationError code, String path) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> {
              assertThat(rejected.code()).isEqualTo(code);
              assertThat(rejected.path()).isEqualTo(path);
            });
  }

  private static void assertRefused(ReportDraft draft, AttestationError code, String path) {
    assertRefused(appraise(draft, reference("")), code, path);
  }

  private static void assertRefused(String more, AttestationError code, String path) {
    assertRefused(appraise(report(), reference(more)), code, path);
  }

  @Test
  void trustsWhatWasAskedFor() {
    assertThat(appraise(report(), reference(""))).isInstanceOf(Trusted.class);
  }

  @Test
  void saysWhatItDidNotCompare() {
    Trusted verdict = (Trusted) appraise(report(), reference(""));
    assertThat(verdict.notCompared()).contains("chipId", "idKeyDigest").doesNotContain("hostData");
  }

  @Test
  void refusesAReportForAnotherQuestion() {
    assertRefused(
        report().put(0x050, 1), AttestationError.REPORT_DATA_DIFFERS, "report.reportData");
  }

  @Test
  void refusesAnotherInitdata() {
    assertRefused(report().put(0x0c0, 1), AttestationError.HOST_DATA_DIFFERS, "report.hostData");
  }

  @Test
  void refusesAnotherLaunchDigest() {
    assertRefused(
        report().put(0x090, 1), AttestationError.LAUNCH_DIGEST_DIFFERS, "report.measurement");
  }

  @ParameterizedTest
  @CsvSource({
    "0x0a, 0x0b, debug",
    "0x0a, 0x07, migrationAgent",
    "0x0a, 0x23, cxl",
  })
  void refusesWeakeningRulesThatNobodyAllowed(String at, String value, String name) {
    assertRefused(
        report().put(Integer.decode(at), Integer.decode(value)),
        AttestationError.GUEST_POLICY_DIFFERS,
        "report.guestPolicy." + name);
  }

  @Test
  void refusesGuestPoliciesWithUnknownBitsOrWithoutBit17() {
    assertRefused(
        report().put(0x0b, 4), AttestationError.GUEST_POLICY_DIFFERS, "report.guestPolicy");
    assertRefused(
        report().put(0x0a, 1), AttestationError.GUEST_POLICY_DIFFERS, "report.guestPolicy");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "singleSocket",
        "aes256Xts",
        "raplDisabled",
        "ciphertextHiding",
        "pageSwapDisabled"
      })
  void refusesAGuestWithoutAStrengtheningRule(String rule) {
    String text = cleanReference().replace("\"require\":[]}", "\"require\":[\"" + rule + "\"]}");
    assertRefused(
        appraise(report(), parse(text)),
        AttestationError.GUEST_POLICY_DIFFERS,
        "report.guestPolicy." + rule);
  }

  private static String cleanReference() {
    return dev.cloister.encoding.JsonWriter.pretty(reference("").toJson())
        .replaceAll("\\s*\\n\\s*", "")
        .replace("\": ", "\":");
  }

  @Test
  void refusesAnAbiBelowTheMinimum() {
    String text =
        cleanReference().replace("\"guestPolicy\":{", "\"guestPolicy\":{\"minimumAbi\":\"1.2\",");
    assertRefused(
        appraise(report().put(0x08, 1, 1), parse(text)),
        AttestationError.GUEST_POLICY_DIFFERS,
        "report.guestPolicy.abi");
    assertThat(appraise(report().put(0x08, 2, 1), parse(text))).isInstanceOf(Trusted.class);
  }

  @Test
  void refusesAMachineThatWasNotCheckedForAliases() {
    assertRefused(
        report().put(0x040, 0x05),
        AttestationError.PLATFORM_DIFFERS,
        "report.platformInfo.aliasCheck");
  }

  @Test
  void refusesAMachineWithTrustedDevicesThatNobodyAllowed() {
    assertRefused(
        report().put(0x040, 0xa5), AttestationError.PLATFORM_DIFFERS, "report.platformInfo.tio");
  }

  @Test
  void refusesPlatformBitsThatHaveNoMeaning() {
    assertRefused(report().put(0x041, 1), AttestationError.PLATFORM_DIFFERS, "report.platformInfo");
  }

  /** Component by component: a higher one never makes up for a lower one. */
  @ParameterizedTest
  @ValueSource(strings = {"bootloader", "tee", "snp", "microcode"})
  void refusesAFirmwareLevelOneBelowTheMinimum(String component) {
    int now = TestVendor.tcb().component(component);
    String text =
        cleanReference()
            .replace("\"" + component + "\":" + now, "\"" + component + "\":" + (now + 1));
    assertRefused(
        appraise(report(), parse(text)),
        AttestationError.TCB_TOO_OLD,
        "report.currentTcb." + component);
  }

  @Test
  void refusesALaunchOnOldFirmware() {
    assertRefused(
        report().put(0x1f0, 9), AttestationError.TCB_TOO_OLD, "report.launchTcb.bootloader");
  }

  @Test
  void refusesProvisionalFirmwareUnlessAllowed() {
    ReportDraft provisional = report().put(0x038, 11).put(0x03f, 85);
    assertRefused(provisional, AttestationError.FIRMWARE_PROVISIONAL, "report.committedTcb");
    assertThat(appraise(provisional, reference(",\"allowProvisionalFirmware\":true")))
        .isInstanceOf(Trusted.class);
  }

  @Test
  void refusesFirmwareBelowTheMinimumVersion() {
    assertRefused(
        ",\"minimumFirmware\":\"1.55.40\"",
        AttestationError.FIRMWARE_VERSION_TOO_OLD,
        "report.committedFirmware");
    assertThat(appraise(report(), reference(",\"minimumFirmware\":\"1.55.39\"")))
        .isInstanceOf(Trusted.class);
  }

  @Test
  void refusesMissingMitigations() {
    assertRefused(
        ",\"launchMitigations\":\"0x4\"",
        AttestationError.MITIGATIONS_MISSING,
        "report.launchMitigations");
    assertRefused(
        ",\"currentMitigations\":\"0x8\"",
        AttestationError.MITIGATIONS_MISSING,
        "report.currentMitigations");
    assertThat(
            appraise(
                report(),
                reference(",\"launchMitigations\":\"0x3\",\"currentMitigations\":\"0x7\"")))
        .isInstanceOf(Trusted.class);
  }

  @Test
  void refusesReportsOfAnotherPrivilegeLevel() {
    assertRefused(report().put(0x030, 1), AttestationError.VMPL_DIFFERS, "report.vmpl");
    assertRefused(
        report().put(0x030, 0xff, 0xff, 0xff, 0xff), AttestationError.VMPL_DIFFERS, "report.vmpl");
    assertThat(appraise(report().put(0x030, 1), reference(",\"vmpl\":1")))
        .isInstanceOf(Trusted.class);
  }

  @Test
  void refusesAReportWhoseChipIdIsNotAllowed() {
    String other = Bytes.ofUtf8("other").sha512().toHex();
    assertRefused(
        ",\"chipIds\":[\"" + other + "\"]", AttestationError.CHIP_NOT_ALLOWED, "report.chipId");
    String chip = TestVendor.chipId().toHex();
    assertThat(appraise(report(), reference(",\"chipIds\":[\"" + other + "\",\"" + chip + "\"]")))
        .isInstanceOf(Trusted.class);
  }

  @Test
  void refusesAMaskedChipIdUnderAChipsOwnKey() {
    assertRefused(
        report().put(0x1a0, Bytes.zeros(64)), AttestationError.CHIP_NOT_ALLOWED, "report.chipId");
  }

  @Test
  void refusesACloudsKeyUnlessAllowed() {
    SnpEvidence cloud =
        new SnpEvidence(
            report().put(0x048, 0x04).put(0x1a0, Bytes.zeros(64)).sign(),
            List.of(TestVendor.vlek().sign(), TestVendor.asvk().sign(), TestVendor.root().sign()),
            List.of(TestVendor.currentList()));
    EvidenceVerifier verifier = EvidenceVerifier.allowingSimulated();
    assertRefused(
        verifier.verify(cloud, reference(""), EXPECTATION, NOW),
        AttestationError.SIGNING_KEY_NOT_ALLOWED,
        "report.signingKey");
    String keys = ",\"signingKeys\":[\"vlek\"]";
    assertThat(verifier.verify(cloud, reference(keys), EXPECTATION, NOW))
        .isInstanceOf(Trusted.class);
    assertRefused(
        verifier.verify(cloud, reference(keys + ",\"clouds\":[\"CN=other\"]"), EXPECTATION, NOW),
        AttestationError.CHIP_NOT_ALLOWED,
        "certificates.vlek.cspId");
  }

  @Test
  void refusesAGuestOfALowerVersionOrAnotherOwner() {
    assertRefused(",\"minimumGuestSvn\":1", AttestationError.GUEST_SVN_TOO_OLD, "report.guestSvn");
    String key = Bytes.ofUtf8("key").sha384().toHex();
    assertRefused(
        ",\"idKeyDigests\":[\"" + key + "\"]",
        AttestationError.ID_KEY_NOT_ALLOWED,
        "report.idKeyDigest");
    assertRefused(
        ",\"authorKeyDigests\":[\"" + key + "\"]",
        AttestationError.AUTHOR_KEY_NOT_ALLOWED,
        "report.authorKeyDigest");
    ReportDraft withoutFlag = report().put(0x110, Bytes.ofHex(key));
    assertRefused(
        appraise(withoutFlag, reference(",\"authorKeyDigests\":[\"" + key + "\"]")),
        AttestationError.AUTHOR_KEY_NOT_ALLOWED,
        "report.authorKeyDigest");
    assertThat(
            appraise(
                withoutFlag.put(0x048, 1), reference(",\"authorKeyDigests\":[\"" + key + "\"]")))
        .isInstanceOf(Trusted.class);
  }

  @Test
  void refusesEvidenceWithoutRevocationListUnlessAllowed() {
    SnpEvidence good = evidence(report().sign());
    SnpEvidence bare = new SnpEvidence(good.report(), good.certificates(), List.of());
    EvidenceVerifier verifier = EvidenceVerifier.allowingSimulated();
    assertRefused(
        verifier.verify(bare, reference(""), EXPECTATION, NOW),
        AttestationError.REVOCATION_UNCHECKED,
        "certificates.crl");
    assertThat(verifier.verify(bare, reference(",\"requireRevocation\":false"), EXPECTATION, NOW))
        .isInstanceOf(Trusted.class);
  }

  @Test
  void refusesAnotherProductThanTheReferenceValueIsFor() {
    String milan = cleanReference().replace("\"Genoa\"", "\"Milan\"");
    assertRefused(
        appraise(report(), parse(milan)), AttestationError.PRODUCT_NOT_ALLOWED, "report.cpuid");
  }

  @Test
  void neverAppraisesWhatIsNotAuthentic() {
    Inconclusive inconclusive = new Inconclusive(List.of("vcek"));
    assertThat(Appraiser.appraise(inconclusive, reference(""), EXPECTATION)).isSameAs(inconclusive);
    Rejected rejected = new Rejected(AttestationError.REPORT_SIGNATURE, "report", "", "");
    assertThat(Appraiser.appraise(rejected, reference(""), EXPECTATION)).isSameAs(rejected);
  }

  @Test
  void refusesToCompareWithNothing() {
    assertRefused(
        EvidenceVerifier.allowingSimulated()
            .verify(evidence(report().sign()), List.of(), EXPECTATION, NOW),
        AttestationError.NO_REFERENCE_VALUE,
        "referenceValues");
    assertNoExpectation(() -> Expectation.of(Bytes.zeros(63), TestVendor.hostData()));
    assertNoExpectation(() -> Expectation.of(TestVendor.question(), Bytes.zeros(31)));
    assertNoExpectation(() -> Expectation.ofAnyHostData(TestVendor.question(), List.of()));
  }

  private static void assertNoExpectation(ThrowingCallable expectation) {
    assertThatThrownBy(expectation)
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(AttestationError.EXPECTATION_INVALID));
  }

  @Test
  void takesTheReferenceValueThatMatchesAndExplainsByTheNearest() {
    ReferenceValue other =
        parse(
            cleanReference()
                .replace(TestVendor.digest().toHex(), Bytes.ofUtf8("x").sha384().toHex()));
    EvidenceVerifier verifier = EvidenceVerifier.allowingSimulated();
    SnpEvidence good = evidence(report().sign());
    assertThat(verifier.verify(good, List.of(other, reference("")), EXPECTATION, NOW))
        .isInstanceOf(Trusted.class);
    assertRefused(
        verifier.verify(
            evidence(report().put(0x030, 1).sign()),
            List.of(other, reference("")),
            EXPECTATION,
            NOW),
        AttestationError.VMPL_DIFFERS,
        "report.vmpl");
  }

  @Test
  void explainsByAReferenceValueOfTheEvidencesOwnKind() {
    ReferenceValue ofTdx =
        TdxReferenceValue.plain(
            "guest",
            TestPlatform.anchor(),
            TestPlatform.mrTd(),
            List.of(TestPlatform.rtmr(0), TestPlatform.rtmr(1), TestPlatform.rtmr(2)));
    EvidenceVerifier verifier = EvidenceVerifier.allowingSimulated();
    SnpEvidence otherLaunch = evidence(report().put(0x090, 1).sign());
    assertRefused(
        verifier.verify(otherLaunch, List.of(ofTdx, reference("")), EXPECTATION, NOW),
        AttestationError.LAUNCH_DIGEST_DIFFERS,
        "report.measurement");
    SnpEvidence good = evidence(report().sign());
    assertThat(verifier.verify(good, List.of(ofTdx, reference("")), EXPECTATION, NOW))
        .isInstanceOf(Trusted.class);
    assertThat(verifier.verify(good, List.of(ofTdx), EXPECTATION, NOW))
        .isInstanceOf(Rejected.class);
  }

  @Test
  void refusesASimulatedRootWhereOnlyHardwareCounts() {
    assertRefused(
        EvidenceVerifier.forHardware()
            .verify(evidence(report().sign()), reference(""), EXPECTATION, NOW),
        AttestationError.SIMULATED_ROOT_REFUSED,
        "referenceValue.root");
  }

  @Test
  void claimsNameEveryField() {
    Trusted trusted = (Trusted) appraise(report(), reference(""));
    assertThat(trusted.claims().toJson().members())
        .containsEntry("product", Json.of("Genoa"))
        .containsEntry("simulated", Json.of(true))
        .containsEntry("revocation", Json.of("checked"))
        .containsEntry("guestPolicy", Json.of("0x30000"))
        .containsEntry("hostData", Json.of(TestVendor.hostData().toHex()));
  }
}
