package dev.cloister.manifest;

import static dev.cloister.manifest.Documents.assertRefused;
import static dev.cloister.manifest.People.LATER;
import static dev.cloister.manifest.People.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.EncodingError;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.Transcript;
import dev.cloister.manifest.People.Person;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransitionTest {

  private static final Person ANN = Person.make(KeyAlgorithm.ED25519);
  private static final Deployment DEPLOYMENT = Documents.deployment();
  private static final Manifest MANIFEST = People.manifest(DEPLOYMENT, "guest");
  private static final Transition FIRST = Transition.first(MANIFEST, "begin", LATER, ROOT);
  private static final Transition SECOND = Transition.after(FIRST.head(), MANIFEST, "go on", LATER);

  private static Transition parse(String text) {
    return Transition.parse(Bytes.ofUtf8(text));
  }

  private static String text() {
    return SECOND.statement().toUtf8();
  }

  @Test
  void aStatementIsCanonicalAndReadsBack() {
    assertThat(text())
        .isEqualTo(
            "{\"deployment\":\""
                + DEPLOYMENT.pin()
                + "\",\"expires\":\"2027-01-01T01:00:00Z\",\"manifest\":\""
                + MANIFEST.digest().toHex()
                + "\",\"number\":2,\"previous\":\""
                + FIRST.head().digest().toHex()
                + "\",\"reason\":\"go on\",\"schema\":\"cloister/transition/v1\"}");
    assertThat(parse(text())).isEqualTo(SECOND);
    assertThat(FIRST.coordinatorRoot()).isEqualTo(ROOT);
    assertThat(FIRST.previous()).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void whatIsSignedIsATranscriptOfTheBytesReceived() {
    Bytes spaced = Bytes.ofUtf8(text() + " ");
    assertThat(Transition.parse(spaced).signedBytes())
        .isEqualTo(Transcript.of("cloister/transition/v1").add(spaced).toBytes());
    assertThat(Transition.parse(spaced).head()).isNotEqualTo(SECOND.head());
  }

  @Test
  void onlyTheFirstNamesACoordinatorAndFollowsNothing() {
    assertRefused(
        EncodingError.JSON_UNKNOWN_FIELD,
        "statement.coordinatorRoot",
        () -> parse(text().replace("{", "{\"coordinatorRoot\":\"" + ROOT.toHex() + "\",")));
    assertRefused(
        EncodingError.JSON_UNKNOWN_FIELD,
        "statement.previous",
        () ->
            parse(
                FIRST
                    .statement()
                    .toUtf8()
                    .replace("{", "{\"previous\":\"" + ROOT.toHex() + "\",")));
    assertRefused(
        EncodingError.JSON_MISSING_FIELD,
        "statement.previous",
        () -> parse(text().replaceFirst("\"previous\":\"[0-9a-f]*\",", "")));
  }

  @Test
  void refusesNumbersOutOfRange() {
    for (String number : List.of("0", "-1", "100001")) {
      assertRefused(
          EncodingError.JSON_WRONG_TYPE,
          "statement.number",
          () -> parse(text().replace("\"number\":2", "\"number\":" + number)));
    }
  }

  @Test
  void refusesReasonsThatSayNothingOrTooMuchOrHide() {
    for (String reason :
        List.of("", "  ", "a".repeat(501), "\\u0007", "a\\nb", "\\u202eb", "\\u200b")) {
      assertRefused(
          ManifestError.BAD_TRANSITION,
          "statement.reason",
          () -> parse(text().replace("go on", reason)));
    }
    assertThat(parse(text().replace("go on", "ü".repeat(500))).reason()).hasSize(500);
  }

  @Test
  void refusesTimesOfAnotherForm() {
    for (String time :
        List.of(
            "2027-01-01T01:00:00+00:00",
            "2027-01-01T01:00:00.5Z",
            "2027-02-30T01:00:00Z",
            "2027-01-01",
            "2027-01-01T24:00:00Z",
            "never")) {
      assertRefused(
          ManifestError.BAD_TRANSITION,
          "statement.expires",
          () -> parse(text().replace("2027-01-01T01:00:00Z", time)));
    }
  }

  @Test
  void refusesAMarkOfOwnersThatItDoesNotKnow() {
    assertRefused(
        ManifestError.BAD_TRANSITION,
        "statement.owners",
        () -> parse(text().replace("{", "{\"owners\":\"same\",")));
  }

  @Test
  void refusesAnotherSchemaAndTooManyBytes() {
    assertRefused(
        ManifestError.UNKNOWN_SCHEMA,
        "statement.schema",
        () -> parse(text().replace("transition/v1", "transition/v2")));
    assertRefused(
        EncodingError.BUDGET_EXCEEDED, "", () -> parse(text() + " ".repeat(Transition.MAX_SIZE)));
  }

  @Test
  void aSignedTransitionReadsBack() {
    SignedTransition signed = SignedTransition.unsigned(SECOND).with(ANN.sign(SECOND));
    assertThat(SignedTransition.parse(signed.document())).isEqualTo(signed);
  }

  @Test
  void approvalsOfSeveralFilesJoin() {
    Person bob = Person.make(KeyAlgorithm.P256);
    SignedTransition one = SignedTransition.unsigned(SECOND).with(ANN.sign(SECOND));
    SignedTransition two = SignedTransition.unsigned(SECOND).with(bob.sign(SECOND));
    assertThat(one.with(two).signatures()).hasSize(2);
    assertRefused(
        ManifestError.BAD_TRANSITION,
        "statement",
        () -> one.with(SignedTransition.unsigned(FIRST)));
  }

  @Test
  void refusesMoreSignaturesThanTheLimit() {
    List<OwnerSignature> many = new ArrayList<>();
    for (int i = 0; i <= SignedTransition.MAX_SIGNATURES; i++) {
      many.add(new OwnerSignature(Bytes.ofUtf8("key " + i).sha256(), Bytes.zeros(64)));
    }
    assertRefused(
        ManifestError.UNKNOWN_SIGNER, "signatures", () -> new SignedTransition(SECOND, many));
    SignedTransition most = new SignedTransition(SECOND, many.subList(1, many.size()));
    assertThat(SignedTransition.parse(most.document())).isEqualTo(most);
    String document = most.document().toUtf8();
    String more =
        document.replaceFirst(
            "\"signatures\": \\[",
            "\"signatures\": [{\"key\": \"" + ROOT.toHex() + "\", \"signature\": \"AA==\"},");
    assertRefused(
        EncodingError.BUDGET_EXCEEDED,
        "signatures",
        () -> SignedTransition.parse(Bytes.ofUtf8(more)));
  }

  @Test
  void refusesASignatureWithoutBytesOrWithTooMany() {
    assertRefused(
        ManifestError.BAD_SIGNATURE, "signature", () -> new OwnerSignature(ROOT, Bytes.EMPTY));
    assertRefused(
        ManifestError.BAD_SIGNATURE, "signature", () -> new OwnerSignature(ROOT, Bytes.zeros(105)));
  }

  @Test
  void everyKindOfKeySignsAndIsRecognised() {
    for (KeyAlgorithm algorithm : KeyAlgorithm.values()) {
      Person person = Person.make(algorithm);
      OwnerSignature signature = person.sign(SECOND);
      assertThat(Approval.of(SECOND, person.key(), signature.signature())).isEqualTo(signature);
      assertRefused(
          ManifestError.BAD_SIGNATURE,
          "signatures[" + person.key().digest().toHex() + "]",
          () -> Approval.of(FIRST, person.key(), signature.signature()));
    }
  }

  @Test
  void aSignatureMadeOutsideFromThePreparedBytesIsTaken() throws Exception {
    java.security.KeyPair pair = People.pair(KeyAlgorithm.P384);
    java.security.Signature outside = java.security.Signature.getInstance("SHA384withECDSA");
    outside.initSign(pair.getPrivate());
    outside.update(SECOND.signedBytes().toArray());
    OwnerKey key = OwnerKey.of(Bytes.of(pair.getPublic().getEncoded()), "key");
    assertThat(Approval.of(SECOND, key, Bytes.of(outside.sign())).key()).isEqualTo(key.digest());
  }

  @Test
  void refusesAPrivateKeyThatIsNoOwners() {
    for (KeyAlgorithm algorithm : KeyAlgorithm.values()) {
      Secret stranger = Secret.takeFrom(People.pair(algorithm).getPrivate().getEncoded());
      assertRefused(
          ManifestError.BAD_PRIVATE_KEY,
          "",
          () -> OwnerSigner.of(stranger, DEPLOYMENT.owners().update().keys()));
    }
    assertRefused(
        ManifestError.BAD_PRIVATE_KEY,
        "",
        () ->
            OwnerSigner.of(
                Secret.takeFrom(new byte[] {1, 2, 3}), DEPLOYMENT.owners().update().keys()));
  }
}
