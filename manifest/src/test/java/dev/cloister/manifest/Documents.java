package dev.cloister.manifest;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.SnpProduct;
import dev.cloister.attestation.SnpReferenceValue;
import dev.cloister.attestation.TcbVersion;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Documents and keys for the tests of this module. */
final class Documents {

  static final Bytes NONCE = Bytes.ofUtf8("0123456789abcdef0123456789abcdef");
  static final Bytes POLICY = Bytes.ofUtf8("{\"schema\":\"some policy\"}");

  private Documents() {}

  static OwnerKey ecKey(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return OwnerKey.of(Bytes.of(generator.generateKeyPair().getPublic().getEncoded()), "key");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static OwnerKey ed25519Key() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      return OwnerKey.of(Bytes.of(generator.generateKeyPair().getPublic().getEncoded()), "key");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static EncryptionKey encryptionKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("X25519");
      return EncryptionKey.of(
          Bytes.of(generator.generateKeyPair().getPublic().getEncoded()), "key");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static Deployment deployment() {
    Quorum update = new Quorum(2, List.of(ecKey("secp256r1"), ecKey("secp384r1"), ed25519Key()));
    RecoveryOwner owner = new RecoveryOwner(ecKey("secp384r1"), encryptionKey());
    Owners owners = new Owners(update, new RecoveryQuorum(1, List.of(owner)));
    return Deployment.create("shop", NONCE, Mode.SIMULATED, owners);
  }

  static ReferenceValue referenceValue(String image) {
    SnpProduct product = SnpProduct.GENOA;
    return SnpReferenceValue.plain(
        image,
        new TrustAnchor.Simulated(Bytes.ofUtf8("root").sha256()),
        product,
        Bytes.ofUtf8("digest").sha384(),
        1,
        new TcbVersion(product.layout(), 0, 1, 2, 3, 4));
  }

  static Workload workload(String name, WorkloadRole role) {
    return Workload.plain(Bytes.ofUtf8(name).sha256(), name, "default", role, List.of("snp"));
  }

  static void assertRefused(ErrorCode code, String where, ThrowingCallable action) {
    Assertions.assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            CloisterException.class,
            refusal -> {
              Assertions.assertThat(refusal.code()).isEqualTo(code);
              Assertions.assertThat(refusal.where()).isEqualTo(where);
            });
  }
}
