package dev.cloister.attestation;

import static dev.cloister.attestation.AttestationError.CERTIFICATE_EXTENSION;
import static dev.cloister.attestation.AttestationError.CERTIFICATE_MALFORMED;
import static dev.cloister.attestation.AttestationError.CERTIFICATE_NAME;
import static dev.cloister.attestation.AttestationError.CERTIFICATE_NOT_CURRENT;
import static dev.cloister.attestation.AttestationError.CERTIFICATE_REVOKED;
import static dev.cloister.attestation.AttestationError.CERTIFICATE_SIGNATURE;
import static dev.cloister.attestation.AttestationError.COLLATERAL_MALFORMED;
import static dev.cloister.attestation.AttestationError.COLLATERAL_NOT_CURRENT;
import static dev.cloister.attestation.AttestationError.COLLATERAL_OF_ANOTHER_PLATFORM;
import static dev.cloister.attestation.AttestationError.COLLATERAL_SIGNATURE;
import static dev.cloister.attestation.AttestationError.QE_NOT_GENUINE;
import static dev.cloister.attestation.AttestationError.QUOTE_MALFORMED;
import static dev.cloister.attestation.AttestationError.QUOTE_SIGNATURE;
import static dev.cloister.attestation.AttestationError.QUOTE_VERSION_UNKNOWN;
import static dev.cloister.attestation.AttestationError.REVOCATION_LIST_INVALID;
import static dev.cloister.attestation.AttestationError.REVOCATION_LIST_NOT_CURRENT;
import static dev.cloister.attestation.AttestationError.ROOT_NOT_TRUSTED;
import static dev.cloister.attestation.AttestationError.TCB_LEVEL_UNKNOWN;
import static dev.cloister.attestation.AttestationError.TDX_MODULE_NOT_GENUINE;
import static dev.cloister.attestation.TestPlatform.collateral;
import static dev.cloister.attestation.TestPlatform.level;
import static dev.cloister.attestation.TestPlatform.module;
import static dev.cloister.attestation.TestPlatform.quote;
import static dev.cloister.attestation.TestPlatform.tcbInfo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.TestPlatform.Draft;
import dev.cloister.attestation.TestPlatform.QuoteDraft;
import dev.cloister.encoding.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quotes, chains and collateral that are right, and wrong in each part. */
class TdxAuthenticatorTest {

  private static final TdxAuthenticator AUTHENTICATOR = TestPlatform.authenticator();
  private static final Bytes GOOD = quote().sign();

  private static Authentication authenticate(Bytes quote) {
    return authenticate(quote, collateral());
  }

  private static Authentication authenticate(Bytes quote, TdxCollateral collateral) {
    return AUTHENTICATOR.authenticate(
        new TdxEvidence(quote, List.of(), collateral), TestPlatform.NOW);
  }

  private static void assertRefused(AttestationError code, Authentication answer) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Rejected.class, rejected -> assertThat(rejected.code()).isEqualTo(code));
  }

  private static void assertQuoteRefused(AttestationError code, Consumer<QuoteDraft> change) {
    QuoteDraft draft = quote();
    change.accept(draft);
    assertRefused(code, authenticate(draft.sign()));
  }

  private static void assertPckRefused(AttestationError code, Consumer<Draft> change) {
    Draft draft = TestPlatform.pck();
    change.accept(draft);
    assertChainRefused(
        code, draft.sign(), TestPlatform.platformAuthority().sign(), TestPlatform.root().sign());
  }

  private static void assertChainRefused(AttestationError code, Bytes... chain) {
    assertQuoteRefused(code, draft -> draft.chain = TestPlatform.chain(chain));
  }

  private static void assertInfoRefused(AttestationError code, String modules, String levels) {
    assertRefused(
        code, authenticate(GOOD, collateral(tcbInfo(modules, levels), TestPlatform.identity())));
  }

  private static TcbEvaluation evaluation(Bytes quote, String modules, String levels) {
    return evaluation(quote, tcbInfo(modules, levels), TestPlatform.identity());
  }

  private static TcbEvaluation evaluation(Bytes quote, Bytes info, Bytes identity) {
    Authentication answer = authenticate(quote, collateral(info, identity));
    assertThat(answer).isInstanceOf(Authentic.class);
    return ((TdxClaims) ((Authentic) answer).claims()).tcb();
  }

  @Test
  void findsAGenuineQuoteOfEachVersionAuthentic() {
    for (Bytes quote : List.of(GOOD, TestPlatform.quote15().sign())) {
      Authentication answer = authenticate(quote);
      assertThat(answer).isInstanceOf(Authentic.class);
      TdxClaims claims = (TdxClaims) ((Authentic) answer).claims();
      assertThat(claims.tcb().status()).isEqualTo(TcbStatus.UP_TO_DATE);
      assertThat(claims.platform().instance().orElseThrow().id()).isEqualTo(TestPlatform.PIID);
      assertThat(claims.isOfInitdata(TestPlatform.initdata())).isTrue();
      assertThat(claims.validUntil()).isEqualTo(Instant.parse("2026-06-19T00:00:00Z"));
      assertThat(claims.toJson().members())
          .containsKeys(
              "version",
              "teeTcbSvn",
              "mrSeam",
              "tdAttributes",
              "xfam",
              "mrTd",
              "mrConfigId",
              "mrOwner",
              "mrOwnerConfig",
              "rtmr0",
              "rtmr1",
              "rtmr2",
              "rtmr3",
              "reportData",
              "fmspc");
    }
  }

  @Test
  void saysTheSameWhenAskedTwice() {
    assertThat(authenticate(GOOD)).isEqualTo(authenticate(GOOD));
    assertRefused(
        CERTIFICATE_NOT_CURRENT,
        AUTHENTICATOR.authenticate(
            TestPlatform.evidence(GOOD), TestPlatform.NOW.plus(Duration.ofDays(200))));
    assertThat(authenticate(GOOD)).isInstanceOf(Authentic.class);
  }

  @Test
  void refusesTheSimulatedPlatformUnderIntelsRoot() {
    assertRefused(
        ROOT_NOT_TRUSTED,
        TdxAuthenticator.of(TrustAnchor.intel())
            .authenticate(TestPlatform.evidence(GOOD), TestPlatform.NOW));
  }

  @Test
  void refusesEveryTruncation() {
    for (int size = 0; size < GOOD.size() - 70; size++) {
      assertThat(authenticate(GOOD.slice(0, size)))
          .describedAs("%d bytes", size)
          .isInstanceOf(Rejected.class);
    }
  }

  @Test
  void refusesUnknownHeaders() {
    assertQuoteRefused(QUOTE_VERSION_UNKNOWN, draft -> draft.header[0] = 3);
    assertQuoteRefused(QUOTE_VERSION_UNKNOWN, draft -> draft.header[0] = 6);
    assertQuoteRefused(QUOTE_MALFORMED, draft -> draft.header[2] = 3);
    assertQuoteRefused(QUOTE_MALFORMED, draft -> draft.header[4] = 0);
    assertQuoteRefused(QUOTE_MALFORMED, draft -> draft.header[12] = 0);
    assertQuoteRefused(QUOTE_MALFORMED, draft -> draft.trailing = Bytes.ofUtf8("something"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4, 5, 0xff})
  void refusesABodyOfAnotherTypeThanItsSize(int type) {
    byte[] bytes = TestPlatform.quote15().sign().toArray();
    bytes[48] = (byte) type;
    assertRefused(QUOTE_MALFORMED, authenticate(Bytes.of(bytes)));
  }

  /** The second half of the enclave's report data has to be zero too. */
  @Test
  void refusesReportDataOfTheEnclaveThatSaysMore() {
    assertQuoteRefused(QUOTE_SIGNATURE, draft -> draft.bindsSecondHalf = true);
  }

  @Test
  void refusesAnEnclaveThatIsNotIntels() {
    assertQuoteRefused(QE_NOT_GENUINE, draft -> draft.qeReport[16] = 1);
    assertQuoteRefused(QE_NOT_GENUINE, draft -> draft.qeReport[48] = 0x13);
    assertQuoteRefused(QE_NOT_GENUINE, draft -> draft.qeReport[128] ^= 1);
    assertQuoteRefused(QE_NOT_GENUINE, draft -> draft.qeReport[256] = 1);
    assertQuoteRefused(TCB_LEVEL_UNKNOWN, draft -> draft.qeReport[258] = 3);
  }

  @Test
  void refusesChainsOfAnotherOrderOrLength() {
    Bytes pck = TestPlatform.pck().sign();
    Bytes authority = TestPlatform.platformAuthority().sign();
    Bytes root = TestPlatform.root().sign();
    assertChainRefused(ROOT_NOT_TRUSTED, root, authority, pck);
    assertChainRefused(CERTIFICATE_NAME, authority, pck, root);
    assertChainRefused(CERTIFICATE_MALFORMED, pck, authority, root, root);
    assertQuoteRefused(CERTIFICATE_MALFORMED, draft -> draft.chain = "no certificate");
    assertQuoteRefused(CERTIFICATE_MALFORMED, draft -> draft.chain = draft.chain + "x");
  }

  @Test
  void takesTheRestOfTheChainFromWhatIsSentAlong() {
    QuoteDraft draft = quote();
    draft.chain = TestPlatform.chain(TestPlatform.pck().sign());
    Bytes bare = draft.sign();
    assertThat(authenticate(bare)).isEqualTo(new Inconclusive(List.of("pckCa")));
    draft.certificationType = 4;
    assertThat(authenticate(draft.sign())).isEqualTo(new Inconclusive(List.of("pckCa")));
    draft.certificationType = 3;
    draft.chain = "x".repeat(404);
    Bytes unnamed = draft.sign();
    assertThat(authenticate(unnamed)).isEqualTo(new Inconclusive(List.of("pck")));
    List<Bytes> sent =
        List.of(
            TestPlatform.pck().sign(),
            TestPlatform.platformAuthority().sign(),
            TestPlatform.root().sign());
    for (Bytes quote : List.of(bare, unnamed)) {
      assertThat(
              AUTHENTICATOR.authenticate(
                  new TdxEvidence(quote, sent, collateral()), TestPlatform.NOW))
          .isInstanceOf(Authentic.class);
    }
  }

  @Test
  void refusesCertificationOfAnotherTypeThanItsData() {
    for (int type : new int[] {0, 1, 2, 3, 4, 6, 7}) {
      assertQuoteRefused(CERTIFICATE_MALFORMED, draft -> draft.certificationType = type);
    }
  }

  @Test
  void refusesCertificatesThatAreNotOfIntelsShape() {
    assertPckRefused(CERTIFICATE_NAME, draft -> draft.subject = "Intel SGX PCK");
    assertPckRefused(CERTIFICATE_NAME, draft -> draft.issuer = "Intel SGX PCK Processor CA");
    assertPckRefused(CERTIFICATE_NAME, draft -> draft.organisation = "Intel Corporation");
    assertPckRefused(CERTIFICATE_EXTENSION, draft -> draft.authority = true);
    assertPckRefused(CERTIFICATE_EXTENSION, draft -> draft.usage = 0x04);
    assertPckRefused(CERTIFICATE_EXTENSION, draft -> draft.extensions.clear());
    assertPckRefused(
        CERTIFICATE_EXTENSION,
        draft -> draft.extensions.add(TestVendor.critical("1.2.3", Bytes.zeros(2))));
    assertPckRefused(
        CERTIFICATE_NOT_CURRENT, draft -> draft.from = TestPlatform.NOW.plusSeconds(1));
    assertPckRefused(CERTIFICATE_NOT_CURRENT, draft -> draft.to = TestPlatform.NOW.minusSeconds(1));
    assertPckRefused(CERTIFICATE_SIGNATURE, draft -> draft.signer = TestPlatform.strangerKey());
    assertPckRefused(CERTIFICATE_MALFORMED, draft -> draft.spki = TestVendor.rsaLeafKey());
  }

  @Test
  void refusesSgxExtensionsThatAreNotOfTheProfile() {
    int[] fifteen = new int[15];
    assertPckExtensionRefused(TestPlatform.sgx(fifteen, 11, true));
    assertPckExtensionRefused(TestPlatform.sgx(new int[17], 11, true));
    int[] large = TestPlatform.components(3);
    large[4] = 256;
    assertPckExtensionRefused(TestPlatform.sgx(large, 11, true));
    large[4] = -1;
    assertPckExtensionRefused(TestPlatform.sgx(large, 11, true));
    assertPckExtensionRefused(TestPlatform.sgx(TestPlatform.components(3), 70000, true));
  }

  private static void assertPckExtensionRefused(Bytes extension) {
    assertChainRefused(
        CERTIFICATE_EXTENSION,
        TestPlatform.pck(extension).sign(),
        TestPlatform.platformAuthority().sign(),
        TestPlatform.root().sign());
  }

  @Test
  void namesEachPieceOfCollateralThatIsMissing() {
    assertThat(authenticate(GOOD, TdxCollateral.none()))
        .isEqualTo(
            new Inconclusive(
                List.of("tcbInfo", "qeIdentity", "rootCaCrl", "pckCrl", "tcbSigning")));
    TdxCollateral good = collateral();
    assertThat(
            authenticate(
                GOOD,
                new TdxCollateral(
                    good.tcbInfo(),
                    good.qeIdentity(),
                    good.rootCaCrl(),
                    Bytes.EMPTY,
                    good.certificates())))
        .isEqualTo(new Inconclusive(List.of("pckCrl")));
  }

  private static Authentication withLists(Bytes root, Bytes platform) {
    return authenticate(
        GOOD,
        new TdxCollateral(
            tcbInfo(),
            TestPlatform.identity(),
            root,
            platform,
            List.of(TestPlatform.signer().sign())));
  }

  @Test
  void refusesWhatIsRevoked() {
    Bytes root = TestPlatform.rootList();
    assertRefused(CERTIFICATE_REVOKED, withLists(root, TestPlatform.platformList(99)));
    assertRefused(
        CERTIFICATE_REVOKED, withLists(TestPlatform.rootList(77), TestPlatform.platformList()));
    assertRefused(
        CERTIFICATE_REVOKED, withLists(TestPlatform.rootList(88), TestPlatform.platformList()));
    assertThat(withLists(root, TestPlatform.platformList(1, 2))).isInstanceOf(Authentic.class);
  }

  @Test
  void refusesRevocationListsOfOthersOrOtherTimes() {
    Bytes root = TestPlatform.rootList();
    assertRefused(REVOCATION_LIST_INVALID, withLists(root, root));
    assertRefused(
        REVOCATION_LIST_INVALID,
        withLists(TestPlatform.platformList(), TestPlatform.platformList()));
    Instant now = TestPlatform.NOW;
    assertRefused(
        REVOCATION_LIST_NOT_CURRENT,
        withLists(root, TestPlatform.platformListFrom(now.plusSeconds(1))));
    assertRefused(
        REVOCATION_LIST_NOT_CURRENT,
        withLists(root, TestPlatform.platformListFrom(now.minus(Duration.ofDays(31)))));
    byte[] flipped = TestPlatform.platformList().toArray();
    flipped[flipped.length - 1] ^= 1;
    assertRefused(REVOCATION_LIST_INVALID, withLists(root, Bytes.of(flipped)));
  }

  @Test
  void refusesASignerOfCollateralThatTheRootNeverSigned() {
    Draft signer = TestPlatform.signer();
    signer.signer = TestPlatform.strangerKey();
    assertSignerRefused(CERTIFICATE_SIGNATURE, signer);
    signer = TestPlatform.signer();
    signer.to = TestPlatform.NOW.minusSeconds(1);
    assertSignerRefused(CERTIFICATE_NOT_CURRENT, signer);
  }

  private static void assertSignerRefused(AttestationError code, Draft signer) {
    assertRefused(
        code,
        authenticate(
            GOOD,
            new TdxCollateral(
                tcbInfo(),
                TestPlatform.identity(),
                TestPlatform.rootList(),
                TestPlatform.platformList(),
                List.of(signer.sign()))));
  }

  @Test
  void refusesCollateralThatWasTouched() {
    String info = new String(tcbInfo().toArray(), java.nio.charset.StandardCharsets.UTF_8);
    assertInfo(COLLATERAL_SIGNATURE, info.replace("\"pcesvn\":5", "\"pcesvn\":4"));
    assertInfo(COLLATERAL_SIGNATURE, info.replace("\"tcbInfo\":{", "\"tcbInfo\":{ "));
    assertInfo(COLLATERAL_MALFORMED, info.replace("\"tcbInfo\":{", "\"tcbInfo\":{\"id\":\"TDX\","));
    assertInfo(COLLATERAL_MALFORMED, info.replace("\"tcbInfo\"", "\"tcb\\u0049nfo\""));
    assertInfo(COLLATERAL_MALFORMED, info.substring(1));
    assertInfo(COLLATERAL_MALFORMED, "{\"tcbInfo\":" + "[".repeat(100));
  }

  private static void assertInfo(AttestationError code, String body) {
    assertRefused(
        code, authenticate(GOOD, collateral(Bytes.ofUtf8(body), TestPlatform.identity())));
  }

  private static void assertSignedInfo(AttestationError code, String from, String to) {
    String good = TestPlatform.tcbInfoContent(module(1, "4", "UpToDate"), level(2, 5, "UpToDate"));
    assertThat(good).contains(from);
    assertRefused(
        code,
        authenticate(
            GOOD,
            collateral(
                TestPlatform.signed("tcbInfo", good.replace(from, to)), TestPlatform.identity())));
  }

  @Test
  void refusesCollateralOfOtherThings() {
    assertSignedInfo(COLLATERAL_MALFORMED, "\"TDX\"", "\"SGX\"");
    assertSignedInfo(COLLATERAL_MALFORMED, "\"version\":3", "\"version\":2");
    assertSignedInfo(COLLATERAL_MALFORMED, "\"tcbType\":0", "\"tcbType\":1");
    assertSignedInfo(COLLATERAL_MALFORMED, "\"svn\":2},", "");
    assertSignedInfo(COLLATERAL_MALFORMED, "\"svn\":2", "\"svn\":256");
    assertSignedInfo(COLLATERAL_MALFORMED, "\"isvsvn\":4", "\"isvsvn\":70000");
    assertSignedInfo(COLLATERAL_MALFORMED, "UpToDate", "Fine");
    assertSignedInfo(COLLATERAL_MALFORMED, "2026-05-20T00", "2026-05-20 00");
    assertSignedInfo(COLLATERAL_OF_ANOTHER_PLATFORM, "00806F05", "90C06F00");
    assertSignedInfo(COLLATERAL_OF_ANOTHER_PLATFORM, "\"pceId\":\"0000\"", "\"pceId\":\"0001\"");
    assertSignedInfo(COLLATERAL_NOT_CURRENT, "2026-05-20T", "2026-06-02T");
    assertSignedInfo(COLLATERAL_NOT_CURRENT, "2026-06-19T", "2026-05-31T");
    String identity = TestPlatform.identityContent("UpToDate");
    assertIdentity(COLLATERAL_MALFORMED, identity.replace("TD_QE", "QE"));
    assertIdentity(COLLATERAL_MALFORMED, identity.replace("\"version\":2", "\"version\":1"));
    assertIdentity(COLLATERAL_NOT_CURRENT, identity.replace("2026-06-19T", "2026-05-31T"));
  }

  private static void assertIdentity(AttestationError code, String content) {
    assertRefused(
        code,
        authenticate(GOOD, collateral(tcbInfo(), TestPlatform.signed("enclaveIdentity", content))));
  }

  @Test
  void refusesFirmwareThatNoLevelKnows() {
    String module = module(1, "4", "UpToDate");
    assertInfoRefused(TCB_LEVEL_UNKNOWN, module, level(4, 5, "UpToDate"));
    assertInfoRefused(TCB_LEVEL_UNKNOWN, module, level(2, 12, "UpToDate"));
    assertInfoRefused(TCB_LEVEL_UNKNOWN, "", level(2, 5, "UpToDate"));
    assertInfoRefused(TCB_LEVEL_UNKNOWN, module(3, "4", "UpToDate"), level(2, 5, "UpToDate"));
    assertInfoRefused(TCB_LEVEL_UNKNOWN, module(1, "6", "UpToDate"), level(2, 5, "UpToDate"));
  }

  @Test
  void refusesATdxModuleThatIntelNeverSigned() {
    assertQuoteRefused(TDX_MODULE_NOT_GENUINE, draft -> draft.put(64, 1));
    assertQuoteRefused(TDX_MODULE_NOT_GENUINE, draft -> draft.put(112, 1));
  }

  /** Intel's rule for the whole, in every combination of platform and module. */
  @ParameterizedTest
  @CsvSource({
    "UpToDate, UpToDate, UpToDate",
    "UpToDate, OutOfDate, OutOfDate",
    "SWHardeningNeeded, UpToDate, SWHardeningNeeded",
    "SWHardeningNeeded, OutOfDate, OutOfDate",
    "ConfigurationNeeded, UpToDate, ConfigurationNeeded",
    "ConfigurationNeeded, OutOfDate, OutOfDateConfigurationNeeded",
    "ConfigurationAndSWHardeningNeeded, UpToDate, ConfigurationAndSWHardeningNeeded",
    "ConfigurationAndSWHardeningNeeded, OutOfDate, OutOfDateConfigurationNeeded",
    "OutOfDate, UpToDate, OutOfDate",
    "OutOfDate, OutOfDate, OutOfDate",
    "OutOfDateConfigurationNeeded, UpToDate, OutOfDateConfigurationNeeded",
    "OutOfDateConfigurationNeeded, OutOfDate, OutOfDateConfigurationNeeded",
  })
  void aPartMakesTheWholeWorse(String platform, String part, String whole) {
    String levels = level(2, 5, platform, "INTEL-SA-1");
    TcbEvaluation byModule = evaluation(GOOD, module(1, "4", part), levels);
    assertThat(byModule.status().text()).isEqualTo(whole);
    assertThat(byModule.platform().text()).isEqualTo(platform);
    assertThat(byModule.advisories()).containsExactly("INTEL-SA-1");
    TcbEvaluation byEnclave =
        evaluation(GOOD, tcbInfo(module(1, "4", "UpToDate"), levels), TestPlatform.identity(part));
    assertThat(byEnclave.status().text()).isEqualTo(whole);
  }

  @Test
  void refusesRevokedFirmwareWhateverTheOtherPartsAre() {
    String good = module(1, "4", "UpToDate");
    assertInfoRefused(AttestationError.TCB_REVOKED, good, level(2, 5, "Revoked"));
    assertInfoRefused(
        AttestationError.TCB_REVOKED, module(1, "4", "Revoked"), level(2, 5, "OutOfDate"));
    assertRefused(
        AttestationError.TCB_REVOKED,
        authenticate(GOOD, collateral(tcbInfo(), TestPlatform.identity("Revoked"))));
  }

  /** Launched under module SVN 5, which a TD-preserving update has raised to 7. */
  @ParameterizedTest
  @CsvSource({
    "UpToDate, RelaunchAdvised",
    "SWHardeningNeeded, RelaunchAdvised",
    "ConfigurationNeeded, RelaunchAdvisedConfigurationNeeded",
    "ConfigurationAndSWHardeningNeeded, RelaunchAdvisedConfigurationNeeded",
    "OutOfDate, OutOfDate",
    "OutOfDateConfigurationNeeded, OutOfDateConfigurationNeeded",
  })
  void advisesARelaunchWhereOnlyTheLaunchWasOld(String platform, String whole) {
    Bytes updated = TestPlatform.quote15().put(584, 7).sign();
    String modules = module(1, "4", "OutOfDate", "7", "UpToDate");
    assertThat(evaluation(updated, modules, level(2, 5, platform)).status().text())
        .isEqualTo(whole);
    Bytes same = TestPlatform.quote15().put(584, 7).put(0, 7).sign();
    assertThat(evaluation(same, modules, level(2, 5, platform)).status().text())
        .isEqualTo(platform);
  }

  @Test
  void takesTheNewestLevelInWhateverOrderTheyAre() {
    String older = level(1, 1, "OutOfDate");
    String newer = level(3, 5, "UpToDate");
    String module = module(1, "4", "UpToDate");
    assertThat(evaluation(GOOD, module, older + "," + newer).status())
        .isEqualTo(TcbStatus.UP_TO_DATE);
    assertThat(evaluation(GOOD, module, newer + "," + older).status())
        .isEqualTo(TcbStatus.UP_TO_DATE);
  }

  @Test
  void refusesCertificatesInAnotherTextOfTheSameBytes() {
    String chain = TestPlatform.chain();
    assertQuoteRefused(
        CERTIFICATE_MALFORMED, draft -> draft.chain = chain.replace("-----END", " -----END"));
    assertQuoteRefused(
        CERTIFICATE_MALFORMED, draft -> draft.chain = chain.replace("-----\nMII", "-----\n MII"));
  }
}
