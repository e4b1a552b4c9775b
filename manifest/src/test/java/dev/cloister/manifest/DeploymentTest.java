package dev.cloister.manifest;

import static dev.cloister.manifest.Documents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.EncodingError;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeploymentTest {

  private static Deployment parse(String text) {
    return Deployment.parse(Bytes.ofUtf8(text));
  }

  private static String text() {
    return Documents.deployment().document().toUtf8();
  }

  @Test
  void whatIsCreatedReadsBackAsTheSame() {
    Deployment made = Documents.deployment();
    Deployment read = Deployment.parse(made.document());
    assertThat(read).isEqualTo(made);
    assertThat(read.name()).isEqualTo("shop");
    assertThat(read.mode()).isEqualTo(Mode.SIMULATED);
    assertThat(read.update()).isEqualTo(made.update());
    assertThat(read.recovery().threshold()).isEqualTo(1);
  }

  @Test
  void thePinIsTheHashOfTheBytesReceivedNotOfTheirMeaning() {
    String text = text();
    Bytes spaced = Bytes.ofUtf8(text + "\n");
    assertThat(Deployment.parse(spaced).pin().digest()).isEqualTo(spaced.sha256());
    assertThat(Deployment.parse(spaced)).isNotEqualTo(parse(text));
  }

  @Test
  void refusesAnUnknownSchema() {
    assertRefused(
        ManifestError.UNKNOWN_SCHEMA,
        "schema",
        () -> parse(text().replace("deployment/v1", "deployment/v2")));
  }

  @Test
  void refusesAnUnknownField() {
    assertRefused(
        EncodingError.JSON_UNKNOWN_FIELD,
        "also",
        () -> parse(text().replaceFirst("\\{", "{\"also\": 1,")));
  }

  @Test
  void refusesAFieldThatIsNamedTwice() {
    assertRefused(
        EncodingError.JSON_DUPLICATE_KEY,
        "1:20",
        () -> parse(text().replaceFirst("\\{", "{\"name\": \"x\",\"name\": \"y\",")));
  }

  @Test
  void refusesAModeThatIsNoMode() {
    assertRefused(
        EncodingError.JSON_WRONG_TYPE, "mode", () -> parse(text().replace("simulated", "any")));
  }

  @Test
  void refusesANonceOfZeros() {
    assertRefused(
        ManifestError.WEAK_NONCE,
        "nonce",
        () -> parse(text().replace(Documents.NONCE.toHex(), "00".repeat(32))));
  }

  @Test
  void refusesANameWithADot() {
    assertRefused(
        ManifestError.BAD_NAME, "name", () -> parse(text().replace("\"shop\"", "\"a.b\"")));
  }

  @Test
  void refusesAThresholdAboveTheNumberOfKeys() {
    assertRefused(
        ManifestError.BAD_QUORUM,
        "owners.recovery",
        () -> parse(text().replace("\"threshold\": 1", "\"threshold\": 2")));
  }

  @Test
  void refusesAThresholdOfZero() {
    assertRefused(
        EncodingError.JSON_WRONG_TYPE,
        "owners.recovery.threshold",
        () -> parse(text().replace("\"threshold\": 1", "\"threshold\": 0")));
  }

  @Test
  void refusesAKeyThatIsNamedTwice() {
    OwnerKey key = Documents.ed25519Key();
    assertRefused(ManifestError.BAD_QUORUM, "", () -> new Quorum(1, List.of(key, key)));
  }

  @Test
  void refusesMoreKeysThanTheLimit() {
    assertRefused(
        ManifestError.BAD_QUORUM,
        "",
        () ->
            new Quorum(1, Collections.nCopies(Quorum.MAX_KEYS + 1, Documents.ecKey("secp256r1"))));
  }

  @Test
  void refusesADocumentOverItsBudget() {
    assertRefused(EncodingError.BUDGET_EXCEEDED, "", () -> parse(text() + " ".repeat((64 << 10))));
  }

  @Test
  void refusesAKeyWhosePointIsNotOnTheCurve() {
    byte[] encoded = Documents.ecKey("secp384r1").encoded().toArray();
    encoded[encoded.length - 1] ^= 1;
    assertRefused(ManifestError.BAD_KEY, "key", () -> OwnerKey.of(Bytes.of(encoded), "key"));
  }

  @Test
  void refusesAKeyOfAnotherCurve() {
    assertRefused(ManifestError.BAD_KEY, "key", () -> Documents.ecKey("secp521r1"));
  }

  @Test
  void refusesAKeyWithBytesAfterIt() {
    Bytes longer = Bytes.concat(Documents.ed25519Key().encoded(), Bytes.zeros(1));
    assertRefused(ManifestError.BAD_KEY, "key", () -> OwnerKey.of(longer, "key"));
  }
}
