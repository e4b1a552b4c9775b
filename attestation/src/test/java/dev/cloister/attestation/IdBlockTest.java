package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** ID blocks, with keys and without. */
class IdBlockTest {

  private static final GuestPolicy POLICY = new GuestPolicy(0x30000);
  private static final Bytes DIGEST = Bytes.ofUtf8("digest").sha384();

  private static boolean isSigned(IdBlock block, IdAuthentication authentication) {
    try {
      AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
      curve.init(new ECGenParameterSpec("secp384r1"));
      IdAuthentication.Key key = authentication.idKey();
      ECPoint point =
          new ECPoint(new BigInteger(1, key.x().toArray()), new BigInteger(1, key.y().toArray()));
      Signature verifier = Signature.getInstance("SHA384withECDSAinP1363Format");
      verifier.initVerify(
          KeyFactory.getInstance("EC")
              .generatePublic(
                  new ECPublicKeySpec(point, curve.getParameterSpec(ECParameterSpec.class))));
      verifier.update(block.toBytes().toArray());
      IdAuthentication.Ecdsa signature = authentication.blockSignature();
      return verifier.verify(Bytes.concat(signature.r(), signature.s()).toArray());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aKeylessKeyVouchesForItsBlockAndForNoOther() {
    IdBlock block = IdBlock.of(DIGEST, POLICY);
    IdAuthentication own = IdAuthentication.keyless(block);
    assertThat(isSigned(block, own)).isTrue();
    assertThat(IdAuthentication.keyless(block)).isEqualTo(own);
    IdBlock stricter = IdBlock.of(DIGEST, new GuestPolicy(0x130000));
    IdBlock other = IdBlock.of(Bytes.ofUtf8("other").sha384(), POLICY);
    for (IdBlock wrong : new IdBlock[] {stricter, other}) {
      assertThat(isSigned(wrong, own)).isFalse();
      assertThat(isSigned(wrong, IdAuthentication.keyless(wrong))).isTrue();
      assertThat(IdAuthentication.keyless(wrong).idKey().digest())
          .isNotEqualTo(own.idKey().digest());
    }
  }

  @Test
  void everyBlockHasTheSameSignatureOfAPointThatNobodyChose() {
    IdAuthentication.Ecdsa first =
        IdAuthentication.keyless(IdBlock.of(DIGEST, POLICY)).blockSignature();
    assertThat(IdAuthentication.keyless(IdBlock.of(DIGEST, new GuestPolicy(0x20000))))
        .satisfies(other -> assertThat(other.blockSignature()).isEqualTo(first))
        .satisfies(other -> assertThat(other.author()).isEmpty());
    assertThat(first.s()).isEqualTo(Bytes.ofUtf8("cloister/keyless-id-block/v1 s 0").sha384());
  }

  @Test
  void theBlockHasTheSpecificationsLayout() {
    IdBlock block =
        new IdBlock(
            DIGEST,
            Bytes.ofHex("0102030405060708090a0b0c0d0e0f10"),
            Bytes.zeros(16),
            0x01020304,
            POLICY);
    Bytes bytes = block.toBytes();
    assertThat(bytes.size()).isEqualTo(96);
    assertThat(bytes.slice(0, 48)).isEqualTo(DIGEST);
    assertThat(bytes.slice(0x30, 0x32).toHex()).isEqualTo("0102");
    assertThat(bytes.u32le(0x50)).isEqualTo(1);
    assertThat(bytes.u32le(0x54)).isEqualTo(0x01020304);
    assertThat(bytes.u64le(0x58)).isEqualTo(0x30000);
    Bytes authentication = IdAuthentication.keyless(block).toBytes();
    assertThat(authentication.size()).isEqualTo(4096);
    assertThat(authentication.u32le(0)).isEqualTo(1);
    assertThat(authentication.slice(4, 0x40).isAllZero()).isTrue();
    assertThat(authentication.u32le(0x240)).isEqualTo(2);
    assertThat(authentication.slice(0x644, 4096).isAllZero()).isTrue();
  }

  private static void assertRefused(ThrowingCallable making, String field) {
    assertThatThrownBy(making)
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(AttestationError.LAUNCH_PARAMETER);
              assertThat(e.where()).isEqualTo(field);
            });
  }

  @Test
  void refusesBlocksThatNoProcessorTakes() {
    Bytes id = Bytes.zeros(16);
    assertRefused(() -> IdBlock.of(Bytes.zeros(32), POLICY), "launchDigest");
    assertRefused(() -> IdBlock.of(DIGEST, new GuestPolicy(0)), "guestPolicy");
    assertRefused(() -> new IdBlock(DIGEST, Bytes.EMPTY, id, 0, POLICY), "familyId");
    assertRefused(() -> new IdBlock(DIGEST, id, Bytes.zeros(17), 0, POLICY), "imageId");
    assertRefused(() -> new IdBlock(DIGEST, id, id, 1L << 32, POLICY), "guestSvn");
    assertRefused(() -> new IdAuthentication.Key(id, id), "key");
    assertRefused(() -> new IdAuthentication.Ecdsa(id, id), "signature");
  }

  @TestFactory
  Stream<DynamicTest> writesTheStructuresThatOthersWrote() {
    return Vectors.find().stream().map(vectors -> dynamicTest("virtee", () -> compare(vectors)));
  }

  private static void compare(Vectors vectors) {
    String folder = "originals/virtee-sev/tests/measurement/";
    Vectors.Node expected = vectors.json("derived/launch/id_blocks.json").get("virtee-sev");
    IdBlock block = IdBlock.of(Bytes.ofHex(expected.text("launch_digest")), POLICY);
    assertThat(block.toBytes().toHex()).isEqualTo(expected.text("id_block"));
    Bytes whole = vectors.read(folder + "test_auth_block.bin");
    IdAuthentication read =
        new IdAuthentication(
            key(whole.slice(0x240, 0x644)),
            signature(vectors.read(folder + "test_id_sig.bin")),
            Optional.of(
                new IdAuthentication.Author(
                    key(whole.slice(0x880, 0xc84)),
                    signature(vectors.read(folder + "test_auth_sig.bin")))));
    assertThat(read.toBytes()).isEqualTo(whole);
    assertThat(isSigned(block, read)).isTrue();
    assertThat(read.idKey().digest().toHex()).isEqualTo(expected.text("id_key_digest"));
    assertThat(read.author().orElseThrow().key().digest().toHex())
        .isEqualTo(expected.text("author_key_digest"));
  }

  private static IdAuthentication.Key key(Bytes blob) {
    return new IdAuthentication.Key(blob.slice(4, 52).reversed(), blob.slice(76, 124).reversed());
  }

  private static IdAuthentication.Ecdsa signature(Bytes blob) {
    return new IdAuthentication.Ecdsa(blob.slice(0, 48).reversed(), blob.slice(72, 120).reversed());
  }
}
