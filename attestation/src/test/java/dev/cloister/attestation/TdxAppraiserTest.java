package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.attestation.TestPlatform.QuoteDraft;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.EncodingError;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Genuine quotes that are, or are not, what an owner asks for. */
class TdxAppraiserTest {

  private static final Expectation EXPECTATION =
      Expectation.of(TestPlatform.question(), TestPlatform.initdata());

  private static TdxReferenceValue plain() {
    return TdxReferenceValue.plain(
        "guest",
        TestPlatform.anchor(),
        TestPlatform.mrTd(),
        List.of(TestPlatform.rtmr(0), TestPlatform.rtmr(1), TestPlatform.rtmr(2)));
  }

  /** The plain reference value with one part of its JSON replaced. */
  private static TdxReferenceValue with(String part, String other) {
    String text = JsonWriter.canonical(plain().toJson());
    assertThat(text).contains(part);
    return parse(text.replace(part, other));
  }

  private static TdxReferenceValue adding(String members) {
    return with("\"tee\":\"tdx\"", "\"tee\":\"tdx\"," + members);
  }

  private static TdxReferenceValue parse(String text) {
    return (TdxReferenceValue)
        ReferenceValue.parse(JsonParser.parse(Bytes.ofUtf8(text), JsonBudget.DOCUMENT), "");
  }

  private static Verdict appraise(
      QuoteDraft draft, ReferenceValue reference, TdxCollateral collateral) {
    return EvidenceVerifier.allowingSimulated()
        .verify(
            new TdxEvidence(draft.sign(), List.of(), collateral),
            reference,
            EXPECTATION,
            TestPlatform.NOW);
  }

  private static Verdict appraise(QuoteDraft draft, ReferenceValue reference) {
    return appraise(draft, reference, TestPlatform.collateral());
  }

  private static void assertRefused(AttestationError code, String path, Verdict verdict) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> {
              assertThat(rejected.code()).isEqualTo(code);
              assertThat(rejected.path()).isEqualTo(path);
            });
  }

  private static void assertDraftRefused(AttestationError code, String path, int at, int value) {
    assertRefused(code, path, appraise(TestPlatform.quote15().put(at, value), plain()));
  }

  @Test
  void trustsWhatWasAskedFor() {
    for (QuoteDraft draft : List.of(TestPlatform.quote(), TestPlatform.quote15())) {
      Verdict verdict = appraise(draft, plain());
      assertThat(verdict).isInstanceOf(Trusted.class);
      assertThat(((Trusted) verdict).notCompared())
          .containsExactly("mrSeam", "fmspc", "piid", "ppid");
    }
  }

  @Test
  void refusesEveryFieldThatDiffers() {
    AttestationError launch = AttestationError.LAUNCH_DIGEST_DIFFERS;
    assertDraftRefused(launch, "quote.mrTd", 136, 0);
    assertDraftRefused(launch, "quote.rtmr0", 328, 0);
    assertDraftRefused(launch, "quote.rtmr1", 376, 0);
    assertDraftRefused(launch, "quote.rtmr2", 424, 0);
    assertDraftRefused(launch, "quote.rtmr3", 472, 1);
    assertDraftRefused(AttestationError.REPORT_DATA_DIFFERS, "quote.reportData", 583, 0);
    AttestationError owner = AttestationError.TD_OWNER_DIFFERS;
    assertDraftRefused(owner, "quote.mrOwner", 232, 1);
    assertDraftRefused(owner, "quote.mrOwnerConfig", 280, 1);
    assertDraftRefused(owner, "quote.mrServiceTd", 647, 1);
  }

  /** All 48 bytes of MRCONFIGID count: the digest, and that zeros follow it. */
  @Test
  void refusesOtherInitdataInAnyByte() {
    for (int at = 184; at < 232; at++) {
      byte[] body = TestPlatform.quote().body;
      assertDraftRefused(AttestationError.HOST_DATA_DIFFERS, "quote.mrConfigId", at, body[at] ^ 1);
    }
  }

  @Test
  void refusesAttributesThatAreNotAllowed() {
    AttestationError code = AttestationError.TD_ATTRIBUTES_DIFFER;
    assertDraftRefused(code, "quote.tdAttributes.debug", 120, 1);
    assertDraftRefused(code, "quote.tdAttributes.septVeDisable", 123, 0);
    assertDraftRefused(code, "quote.tdAttributes.migratable", 123, 0x30);
    assertDraftRefused(code, "quote.tdAttributes.perfmon", 127, 0x80);
    assertDraftRefused(code, "quote.tdAttributes", 121, 1);
    assertDraftRefused(code, "quote.xfam", 128, 0xe6);
    assertDraftRefused(code, "quote.xfam", 135, 1);
    TdxReferenceValue debug =
        with("\"allow\":[],\"require\":[\"s", "\"allow\":[\"debug\"],\"require\":[\"s");
    assertThat(appraise(TestPlatform.quote().put(120, 1), debug)).isInstanceOf(Trusted.class);
  }

  @Test
  void refusesPlatformsThatAreNotAllowed() {
    AttestationError code = AttestationError.CHIP_NOT_ALLOWED;
    QuoteDraft draft = TestPlatform.quote();
    assertRefused(
        code,
        "certificates.pck.piid",
        appraise(draft, adding("\"piids\":[\"" + "00".repeat(16) + "\"]")));
    assertThat(appraise(draft, adding("\"piids\":[\"" + TestPlatform.PIID.toHex() + "\"]")))
        .isInstanceOf(Trusted.class);
    assertRefused(
        code, "certificates.pck.fmspc", appraise(draft, adding("\"fmspcs\":[\"90c06f000000\"]")));
    assertRefused(
        code, "quote.mrSeam", appraise(draft, adding("\"mrSeams\":[\"" + "11".repeat(48) + "\"]")));
    AttestationError setup = AttestationError.PLATFORM_DIFFERS;
    assertRefused(
        setup, "certificates.pck.smt", appraise(draft, with("[\"smt\",\"cachedKeys\"]", "[]")));
    assertRefused(
        setup,
        "certificates.pck.memoryIntegrity",
        appraise(
            draft,
            with(
                "\"cachedKeys\"],\"require\":[]",
                "\"cachedKeys\"],\"require\":[\"memoryIntegrity\"]")));
  }

  private static TdxCollateral outOfDate() {
    return TestPlatform.collateral(
        TestPlatform.tcbInfo(
            TestPlatform.module(1, "4", "UpToDate"),
            TestPlatform.level(2, 5, "OutOfDate", "INTEL-SA-1")),
        TestPlatform.identity());
  }

  private static Verdict appraiseOutOfDate(String tcb) {
    return appraise(TestPlatform.quote(), adding("\"tcb\":" + tcb), outOfDate());
  }

  @Test
  void acceptsNothingButUpToDateFirmwareUnlessThePolicySaysWhatAndUntilWhen() {
    AttestationError code = AttestationError.TCB_STATUS_NOT_ACCEPTED;
    String path = "tcb.status";
    assertRefused(code, path, appraise(TestPlatform.quote(), plain(), outOfDate()));
    assertThat(
            appraiseOutOfDate(
                "{\"accept\":[{\"status\":\"OutOfDate\",\"until\":\"2026-06-01T00:00:00Z\","
                    + "\"advisories\":[\"INTEL-SA-1\"]}]}"))
        .isInstanceOf(Trusted.class);
    assertThat(
            appraiseOutOfDate(
                "{\"accept\":[{\"status\":\"OutOfDate\",\"until\":\"2026-07-01T00:00:00Z\","
                    + "\"anyAdvisory\":true}]}"))
        .isInstanceOf(Trusted.class);
    assertRefused(
        code,
        path,
        appraiseOutOfDate(
            "{\"accept\":[{\"status\":\"OutOfDate\",\"until\":\"2026-05-31T23:59:59Z\","
                + "\"anyAdvisory\":true}]}"));
    assertRefused(
        code,
        path,
        appraiseOutOfDate(
            "{\"accept\":[{\"status\":\"OutOfDate\",\"until\":\"2026-07-01T00:00:00Z\","
                + "\"advisories\":[\"INTEL-SA-2\"]}]}"));
    assertRefused(
        code,
        path,
        appraiseOutOfDate(
            "{\"accept\":[{\"status\":\"SWHardeningNeeded\",\"until\":\"2026-07-01T00:00:00Z\","
                + "\"anyAdvisory\":true}]}"));
  }

  /** TCB info says 18, QE identity 17: each counts. */
  @Test
  void refusesCollateralOfAnOlderEvaluation() {
    QuoteDraft draft = TestPlatform.quote();
    assertThat(appraise(draft, adding("\"tcb\":{\"minimumEvaluationDataNumber\":17}")))
        .isInstanceOf(Trusted.class);
    assertRefused(
        AttestationError.TCB_EVALUATION_TOO_OLD,
        "tcb.evaluationDataNumber",
        appraise(draft, adding("\"tcb\":{\"minimumEvaluationDataNumber\":18}")));
  }

  @Test
  void neverAppraisesWhatIsNotAuthentic() {
    QuoteDraft draft = TestPlatform.quote();
    draft.bindsSecondHalf = true;
    assertRefused(
        AttestationError.QUOTE_SIGNATURE, "quote.qeReport.reportData", appraise(draft, plain()));
    assertThat(appraise(TestPlatform.quote(), plain(), TdxCollateral.none()))
        .isInstanceOf(Inconclusive.class);
  }

  @Test
  void refusesEvidenceOfTheOtherKind() {
    SnpReferenceValue snp =
        SnpReferenceValue.plain(
            "guest",
            TestVendor.anchor(),
            SnpProduct.GENOA,
            TestVendor.digest(),
            1,
            TestVendor.tcb());
    Authentication tdx =
        TestPlatform.authenticator()
            .authenticate(TestPlatform.evidence(TestPlatform.quote().sign()), TestPlatform.NOW);
    assertRefused(
        AttestationError.TEE_DIFFERS,
        "referenceValue.tee",
        Appraiser.appraise(tdx, snp, EXPECTATION));
    Authentication genoa =
        TestVendor.authenticator()
            .authenticate(TestVendor.evidence(TestVendor.report().sign()), TestVendor.NOW);
    assertRefused(
        AttestationError.TEE_DIFFERS,
        "referenceValue.tee",
        Appraiser.appraise(genoa, plain(), EXPECTATION));
  }

  @Test
  void itsJsonFormSaysEverything() {
    TdxReferenceValue full =
        parse(
            JsonWriter.canonical(plain().toJson())
                .replace(
                    "\"tee\":\"tdx\"",
                    "\"tee\":\"tdx\",\"xfam\":\"e718060000000000\",\"rtmr3\":[\""
                        + "22".repeat(48)
                        + "\"],\"mrOwner\":\""
                        + "33".repeat(48)
                        + "\",\"mrOwnerConfig\":\""
                        + "44".repeat(48)
                        + "\",\"mrServiceTds\":[\""
                        + "55".repeat(48)
                        + "\"],\"mrSeams\":[\""
                        + "66".repeat(48)
                        + "\"],\"fmspcs\":[\"90c06f000000\"],\"piids\":[\""
                        + "77".repeat(16)
                        + "\"],\"tcb\":{\"accept\":[{\"status\":\"RelaunchAdvised\","
                        + "\"until\":\"2027-01-01T00:00:00Z\",\"advisories\":[]}],"
                        + "\"minimumEvaluationDataNumber\":18}"));
    assertThat(ReferenceValue.parse(full.toJson(), "")).isEqualTo(full);
    assertThat(full.tcb().minimumEvaluationDataNumber()).isEqualTo(18);
  }

  private static void assertInvalid(ErrorCode code, String part, String other) {
    assertThatThrownBy(() -> with(part, other))
        .isInstanceOfSatisfying(CloisterException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void refusesReferenceValuesThatLeaveThingsOpen() {
    String rtmr1 = "\"rtmr1\":[\"" + TestPlatform.rtmr(1).toHex() + "\"]";
    assertInvalid(EncodingError.JSON_MISSING_FIELD, rtmr1 + ",", "");
    assertInvalid(AttestationError.REFERENCE_VALUE_INVALID, rtmr1, "\"rtmr1\":[]");
    assertInvalid(
        AttestationError.REFERENCE_VALUE_INVALID, TestPlatform.mrTd().toHex(), "00".repeat(48));
    assertInvalid(AttestationError.REFERENCE_VALUE_INVALID, TestPlatform.anchor().text(), "amd");
    assertInvalid(
        AttestationError.REFERENCE_VALUE_INVALID,
        "\"tee\"",
        "\"tcb\":{\"accept\":[{\"status\":\"Revoked\",\"until\":\"2027-01-01T00:00:00Z\","
            + "\"anyAdvisory\":true}]},\"tee\"");
    assertInvalid(
        EncodingError.JSON_MISSING_FIELD,
        "\"tee\"",
        "\"tcb\":{\"accept\":[{\"status\":\"OutOfDate\",\"anyAdvisory\":true}]},\"tee\"");
    assertInvalid(EncodingError.JSON_UNKNOWN_FIELD, "\"tee\"", "\"nonce\":1,\"tee\"");
  }
}
