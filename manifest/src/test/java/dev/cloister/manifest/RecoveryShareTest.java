package dev.cloister.manifest;

import static dev.cloister.manifest.Documents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.EncodingError;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.People.Person;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveryShareTest {

  private static final Person RUT = Person.make(KeyAlgorithm.P384);
  private static final Person SAM = Person.make(KeyAlgorithm.P384);
  private static final DeploymentPin PIN = Documents.deployment().pin();
  private static final Head HEAD = new Head(3, Bytes.ofUtf8("statement").sha256());
  private static final ShareLabel LABEL = new ShareLabel(PIN, HEAD, 2, 2);

  private static Secret secret(String text) {
    return Secret.takeFrom(Bytes.ofUtf8(text).toArray());
  }

  private static Secret keyOf(Person person) {
    return Secret.takeFrom(person.encryptionPair().getPrivate().getEncoded());
  }

  private static RecoveryShare made() {
    return RecoveryShare.encrypt(LABEL, RUT.encryption(), secret("the share"), new SecureRandom());
  }

  @Test
  void itsOwnerOpensIt() {
    RecoveryShare read = RecoveryShare.parse(made().document());
    assertThat(read.label()).isEqualTo(LABEL);
    assertThat(read.owner()).isEqualTo(RUT.encryption().digest());
    assertThat(read.decrypt(keyOf(RUT)).sameAs(secret("the share"))).isTrue();
  }

  @Test
  void nobodyElseOpensIt() {
    assertRefused(ManifestError.SHARE_UNREADABLE, "share 2", () -> made().decrypt(keyOf(SAM)));
  }

  @Test
  void refusesAKeyOfAnotherKind() {
    Secret signing = Secret.takeFrom(People.pair(KeyAlgorithm.P384).getPrivate().getEncoded());
    assertRefused(ManifestError.BAD_PRIVATE_KEY, "", () -> made().decrypt(signing));
  }

  @Test
  void opensUnderNoOtherLabelOrOwner() {
    RecoveryShare share = made();
    Head later = new Head(4, HEAD.digest());
    Head fork = new Head(3, Bytes.ofUtf8("fork").sha256());
    for (ShareLabel label :
        List.of(
            new ShareLabel(Documents.deployment().pin(), HEAD, 2, 2),
            new ShareLabel(PIN, later, 2, 2),
            new ShareLabel(PIN, fork, 2, 2),
            new ShareLabel(PIN, HEAD, 1, 2),
            new ShareLabel(PIN, HEAD, 2, 1))) {
      RecoveryShare moved =
          new RecoveryShare(label, share.owner(), share.encapsulation(), share.ciphertext());
      assertRefused(
          ManifestError.SHARE_UNREADABLE,
          "share " + label.index(),
          () -> moved.decrypt(keyOf(RUT)));
    }
    RecoveryShare renamed =
        new RecoveryShare(
            LABEL, SAM.encryption().digest(), share.encapsulation(), share.ciphertext());
    assertRefused(ManifestError.SHARE_UNREADABLE, "share 2", () -> renamed.decrypt(keyOf(RUT)));
  }

  @Test
  void everyFlippedByteIsNoticed() {
    RecoveryShare share = made();
    for (int i = 0; i < share.ciphertext().size(); i++) {
      byte[] changed = share.ciphertext().toArray();
      changed[i] ^= 1;
      RecoveryShare bad =
          new RecoveryShare(LABEL, share.owner(), share.encapsulation(), Bytes.of(changed));
      assertRefused(ManifestError.SHARE_UNREADABLE, "share 2", () -> bad.decrypt(keyOf(RUT)));
    }
    for (Bytes point : List.of(Bytes.zeros(32), share.encapsulation().reversed())) {
      RecoveryShare bad = new RecoveryShare(LABEL, share.owner(), point, share.ciphertext());
      assertRefused(ManifestError.SHARE_UNREADABLE, "share 2", () -> bad.decrypt(keyOf(RUT)));
    }
  }

  @Test
  void twoSharesOfOneSecretHaveNothingInCommon() {
    RecoveryShare one = made();
    RecoveryShare other = made();
    assertThat(one.encapsulation()).isNotEqualTo(other.encapsulation());
    assertThat(one.ciphertext()).isNotEqualTo(other.ciphertext());
  }

  @Test
  void refusesSizesOutOfRange() {
    RecoveryShare share = made();
    assertRefused(
        ManifestError.SHARE_UNREADABLE,
        "encapsulation",
        () -> new RecoveryShare(LABEL, share.owner(), Bytes.zeros(31), share.ciphertext()));
    for (int size : new int[] {16, 16 + RecoveryShare.MAX_SHARE + 1}) {
      assertRefused(
          ManifestError.SHARE_UNREADABLE,
          "ciphertext",
          () -> new RecoveryShare(LABEL, share.owner(), share.encapsulation(), Bytes.zeros(size)));
    }
    assertRefused(
        EncodingError.BUDGET_EXCEEDED,
        "",
        () -> RecoveryShare.parse(Bytes.ofUtf8(share.document().toUtf8() + " ".repeat(4096))));
  }

  @Test
  void theLargestShareTravels() {
    Secret largest = Secret.takeFrom(new byte[RecoveryShare.MAX_SHARE]);
    RecoveryShare share =
        RecoveryShare.encrypt(LABEL, RUT.encryption(), largest, new SecureRandom());
    assertThat(RecoveryShare.parse(share.document())).isEqualTo(share);
    assertThat(share.decrypt(keyOf(RUT)).sameAs(largest)).isTrue();
  }
}
