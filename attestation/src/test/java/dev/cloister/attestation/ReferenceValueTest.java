package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.EncodingError;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReferenceValueTest {

  private static final Bytes DIGEST = Bytes.ofUtf8("a launch").sha384();

  private static SnpReferenceValue plain() {
    return SnpReferenceValue.plain(
        "guest", TrustAnchor.amd(), SnpProduct.GENOA, DIGEST, 2, TestVendor.tcb());
  }

  private static String text() {
    return JsonWriter.canonical(plain().toJson());
  }

  private static SnpReferenceValue parse(String text) {
    return (SnpReferenceValue)
        ReferenceValue.parse(JsonParser.parse(Bytes.ofUtf8(text), JsonBudget.DOCUMENT), "");
  }

  private static void assertRefused(String text, ErrorCode code, String where) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).describedAs("%s", e.getMessage()).isEqualTo(code);
              assertThat(e.where()).isEqualTo(where);
            });
  }

  private static String with(String from, String to) {
    assertThat(text()).contains(from);
    return text().replace(from, to);
  }

  private static String adding(String field) {
    return text().substring(0, text().length() - 1) + "," + field + "}";
  }

  @Test
  void isReadAsItWasWritten() {
    assertThat(parse(text())).isEqualTo(plain());
    ReferenceValue full =
        new SnpReferenceValue(
            "guest",
            TrustAnchor.simulated(Bytes.ofUtf8("root").sha256()),
            SnpProduct.TURIN,
            DIGEST,
            512,
            new SnpReferenceValue.GuestRules(
                1,
                55,
                Set.of(GuestPolicy.Allowance.DEBUG, GuestPolicy.Allowance.SMT),
                Set.of(GuestPolicy.Requirement.CIPHERTEXT_HIDING),
                7,
                3,
                List.of(DIGEST),
                List.of(DIGEST)),
            new SnpReferenceValue.PlatformRules(
                Set.of(PlatformInfo.Feature.TIO),
                Set.of(PlatformInfo.Feature.ECC, PlatformInfo.Feature.TSME),
                new TcbVersion(TcbLayout.TURIN, 1, 2, 3, 4, 5),
                new FirmwareVersion(1, 58, 0),
                true,
                0xffffffffffffffffL,
                1),
            new SnpReferenceValue.SignerRules(
                Set.of(SigningKey.VCEK, SigningKey.VLEK),
                List.of(Bytes.ofHex("0102030405060708")),
                List.of("CN=cloud"),
                false,
                Set.of(SnpProduct.MILAN)));
    assertThat(parse(JsonWriter.canonical(full.toJson()))).isEqualTo(full);
  }

  @Test
  void aShortChipIdMayStandAsTheReportHoldsIt() {
    String turin =
        adding("\"chipIds\":[\"%s\"]")
            .replace("\"Genoa\"", "\"Turin\"")
            .replace("\"bootloader\"", "\"fmc\":0,\"bootloader\"");
    String chip = "0102030405060708";
    for (String written : List.of(chip, chip + "0".repeat(112))) {
      SnpReferenceValue value = parse(turin.formatted(written));
      assertThat(value.signers().chipIds()).containsExactly(Bytes.ofHex(chip));
    }
    for (String wrong : List.of(chip + "00", chip + "0".repeat(111) + "1", "")) {
      assertRefused(turin.formatted(wrong), EncodingError.JSON_WRONG_TYPE, "chipIds[0]");
    }
  }

  @Test
  void refusesUnknownAndMissingFields() {
    assertRefused(adding("\"extra\":1"), EncodingError.JSON_UNKNOWN_FIELD, "extra");
    assertRefused(with("\"vcpus\":2", "\"vcpu\":2"), EncodingError.JSON_MISSING_FIELD, "vcpus");
    assertRefused(with(",\"tee\":0}", "}"), EncodingError.JSON_MISSING_FIELD, "minimumTcb.tee");
    assertRefused(
        with("\"bootloader\":10", "\"bootloader\":10,\"fmc\":0"),
        EncodingError.JSON_UNKNOWN_FIELD,
        "minimumTcb.fmc");
  }

  @Test
  void refusesEvidenceThatItDoesNotKnow() {
    assertRefused(
        with("\"snp\",\"vcpus\"", "\"sgx\",\"vcpus\""), AttestationError.TEE_UNKNOWN, "tee");
    assertRefused(with("\"amd\"", "\"arm\""), AttestationError.REFERENCE_VALUE_INVALID, "root");
    assertRefused(with("\"Genoa\"", "\"Venice\""), EncodingError.JSON_WRONG_TYPE, "product");
  }

  @Test
  void refusesEmptyListsWhichWouldAllowNothing() {
    assertRefused(adding("\"chipIds\":[]"), AttestationError.REFERENCE_VALUE_INVALID, "chipIds");
    assertRefused(adding("\"clouds\":[]"), AttestationError.REFERENCE_VALUE_INVALID, "clouds");
    assertRefused(
        adding("\"idKeyDigests\":[]"), AttestationError.REFERENCE_VALUE_INVALID, "idKeyDigests");
    assertRefused(
        adding("\"signingKeys\":[]"),
        AttestationError.REFERENCE_VALUE_INVALID,
        "referenceValue.signingKeys");
  }

  @Test
  void refusesADigestThatIsShorterOrZero() {
    assertRefused(
        with(DIGEST.toHex(), DIGEST.toHex().substring(2)),
        EncodingError.JSON_WRONG_TYPE,
        "launchDigest");
    assertRefused(
        with(DIGEST.toHex(), "00".repeat(48)),
        AttestationError.REFERENCE_VALUE_INVALID,
        "referenceValue.launchDigest");
  }

  @Test
  void refusesMilanUnlessItIsNamedAsBroken() {
    String milan = with("\"Genoa\"", "\"Milan\"");
    assertRefused(milan, AttestationError.PRODUCT_BROKEN, "referenceValue.acceptKnownBroken");
    String named = milan.substring(0, milan.length() - 1) + ",\"acceptKnownBroken\":[\"Milan\"]}";
    assertThat(parse(named).product()).isEqualTo(SnpProduct.MILAN);
  }

  @Test
  void refusesFeaturesOnTheWrongSide() {
    assertRefused(
        with("\"require\":[\"aliasCheck\"]", "\"require\":[\"smt\"]"),
        AttestationError.REFERENCE_VALUE_INVALID,
        "platformInfo.require");
    assertRefused(
        with(
            "\"allow\":[\"smt\"],\"require\":[\"aliasCheck\"]",
            "\"allow\":[\"ecc\"],\"require\":[]"),
        AttestationError.REFERENCE_VALUE_INVALID,
        "platformInfo.allow");
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertRefused(with("\"vcpus\":2", "\"vcpus\":0"), EncodingError.JSON_WRONG_TYPE, "vcpus");
    assertRefused(with("\"vcpus\":2", "\"vcpus\":513"), EncodingError.JSON_WRONG_TYPE, "vcpus");
    assertRefused(
        with("\"snp\":25", "\"snp\":256"), EncodingError.JSON_WRONG_TYPE, "minimumTcb.snp");
    assertRefused(adding("\"vmpl\":4"), EncodingError.JSON_WRONG_TYPE, "vmpl");
    assertRefused(
        adding("\"launchMitigations\":\"1\""), EncodingError.JSON_WRONG_TYPE, "launchMitigations");
    assertRefused(
        adding("\"minimumFirmware\":\"1.55.256\""),
        EncodingError.JSON_WRONG_TYPE,
        "minimumFirmware");
  }
}
