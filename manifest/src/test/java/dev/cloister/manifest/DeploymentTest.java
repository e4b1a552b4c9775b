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
    assertThat(read.owners()).isEqualTo(made.owners());
    assertThat(read.owners().recovery().threshold()).isEqualTo(1);
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

  @Test
  void refusesAnUpdateKeyThatIsARecoveryKeyToo() {
    OwnerKey key = Documents.ed25519Key();
    RecoveryOwner owner = new RecoveryOwner(key, Documents.encryptionKey());
    assertRefused(
        ManifestError.KEY_PURPOSE,
        "owners",
        () -> new Owners(new Quorum(1, List.of(key)), new RecoveryQuorum(1, List.of(owner))));
  }

  @Test
  void refusesTwoRecoveryOwnersWithOneEncryptionKey() {
    EncryptionKey key = Documents.encryptionKey();
    RecoveryOwner first = new RecoveryOwner(Documents.ed25519Key(), key);
    RecoveryOwner second = new RecoveryOwner(Documents.ed25519Key(), key);
    assertRefused(
        ManifestError.BAD_QUORUM, "", () -> new RecoveryQuorum(1, List.of(first, second)));
  }

  @Test
  void refusesARecoveryOwnerWithoutEncryptionKey() {
    String text = text().replaceFirst(",\\s*\"encryption\": \"[^\"]*\"", "");
    assertRefused(
        EncodingError.JSON_MISSING_FIELD, "owners.recovery.keys[0].encryption", () -> parse(text));
  }

  @Test
  void refusesAnEncryptionKeyThatGivesNoSecret() {
    String prefix = "302a300506032b656e032100";
    for (String point :
        List.of(
            "00".repeat(32),
            "01" + "00".repeat(31),
            "ec" + "ff".repeat(30) + "7f",
            "ed" + "ff".repeat(30) + "7f",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")) {
      assertRefused(
          ManifestError.BAD_ENCRYPTION_KEY,
          "key",
          () -> EncryptionKey.of(Bytes.ofHex(prefix + point), "key"));
    }
  }

  @Test
  void refusesAnEncryptionKeyOfAnotherKind() {
    assertRefused(
        ManifestError.BAD_ENCRYPTION_KEY,
        "key",
        () -> EncryptionKey.of(Documents.ed25519Key().encoded(), "key"));
  }
}
