package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPSignature;
import org.junit.jupiter.api.Test;

class InReleaseTest {

  private static final String DIGEST =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String TEXT =
      "Origin: Test\nCodename: trixie  \nValid-Until: Sat, 28 Nov 2026 00:53:03 UTC\n"
          + "-odd: line\nMD5Sum:\n 00 1 main/other\nSHA256:\n "
          + DIGEST
          + " 12 main/binary-amd64/Packages.xz";

  @Test
  void readsWhatAPinnedKeySigned() throws Exception {
    TestSigner signer = TestSigner.trusted();
    InRelease release = InRelease.verify(signer.sign(TEXT), signer.keys(), "here");

    assertThat(release.codename()).isEqualTo("trixie");
    assertThat(release.file("main/binary-amd64/Packages.xz"))
        .hasValueSatisfying(file -> {
          assertThat(file.sha256().toHex()).isEqualTo(DIGEST);
          assertThat(file.size()).isEqualTo(12);
        });
    assertThat(release.file("main/other")).isEmpty();
  }

  @Test
  void refusesOneChangedDigit() throws Exception {
    TestSigner signer = TestSigner.trusted();
    String tampered =
        new String(signer.sign(TEXT), StandardCharsets.UTF_8).replace("e3b0c44298", "e3b0c44299");
    Refusal.expect(
        GuestError.SIGNATURE_NOT_TRUSTED,
        "here",
        () -> InRelease.verify(tampered.getBytes(StandardCharsets.UTF_8), signer.keys(), "here"));
  }

  @Test
  void refusesAnAddedLineBehindTheSignedText() throws Exception {
    TestSigner signer = TestSigner.trusted();
    String tampered =
        new String(signer.sign(TEXT), StandardCharsets.UTF_8)
            .replace("\n-----BEGIN PGP SIGNATURE", "\n more\n-----BEGIN PGP SIGNATURE");
    Refusal.expect(
        GuestError.SIGNATURE_NOT_TRUSTED,
        "here",
        () -> InRelease.verify(tampered.getBytes(StandardCharsets.UTF_8), signer.keys(), "here"));
  }

  @Test
  void refusesTheSignatureOfAnotherKey() throws Exception {
    byte[] signed = TestSigner.trusted().sign(TEXT);
    ReleaseKeys others = TestSigner.other().keys();
    Refusal.expect(
        GuestError.SIGNATURE_NOT_TRUSTED, "here", () -> InRelease.verify(signed, others, "here"));
  }

  @Test
  void refusesASignatureOfAnotherTypeOrWithAnOldHash() throws Exception {
    TestSigner signer = TestSigner.trusted();
    byte[] binary = signer.sign(TEXT, PGPSignature.BINARY_DOCUMENT, HashAlgorithmTags.SHA512);
    byte[] sha1 = signer.sign(TEXT, PGPSignature.CANONICAL_TEXT_DOCUMENT, HashAlgorithmTags.SHA1);
    for (byte[] signed : new byte[][] {binary, sha1}) {
      Refusal.expect(
          GuestError.SIGNATURE_NOT_TRUSTED,
          "here",
          () -> InRelease.verify(signed, signer.keys(), "here"));
    }
  }

  @Test
  void refusesATextWithoutSignature() throws Exception {
    TestSigner signer = TestSigner.trusted();
    Refusal.expect(
        GuestError.INDEX_MALFORMED,
        "here",
        () -> InRelease.verify(TEXT.getBytes(StandardCharsets.UTF_8), signer.keys(), "here"));
  }

  @Test
  void refusesAnIndexBehindItsOwnTimeLimit() throws Exception {
    TestSigner signer = TestSigner.trusted();
    InRelease release = InRelease.verify(signer.sign(TEXT), signer.keys(), "here");
    release.requireCurrent(Instant.parse("2026-11-28T00:53:03Z"), "here");
    Refusal.expect(
        GuestError.INDEX_OUTDATED,
        "here",
        () -> release.requireCurrent(Instant.parse("2026-11-28T00:53:04Z"), "here"));
  }

  @Test
  void hasAllPinnedKeysOfTheDistribution() {
    assertThat(ReleaseKeys.pinned().size()).isEqualTo(3);
  }
}
