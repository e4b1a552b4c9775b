package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.KEM;

/** ML-KEM-768 (FIPS 203) of the JDK, with raw keys. */
final class MlKem {

  static final int KEY_SIZE = 1184;
  static final int CIPHERTEXT_SIZE = 1088;

  private static final String ALGORITHM = "ML-KEM-768";

  /** SubjectPublicKeyInfo of id-alg-ml-kem-768, up to the raw key. */
  private static final Bytes PREFIX = Bytes.ofHex("308204b2300b0609608648016503040402038204a100");

  /** A ciphertext and the secret in it (32 bytes). */
  record Encapsulated(Bytes ciphertext, Secret secret) {}

  private final KeyPair pair;

  private MlKem(KeyPair pair) {
    this.pair = pair;
  }

  /** A fresh key pair. */
  static MlKem generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(NamedParameterSpec.ML_KEM_768, random);
      return new MlKem(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks " + ALGORITHM, e);
    }
  }

  /** The raw encapsulation key. */
  Bytes publicKey() {
    Bytes encoded = Bytes.of(pair.getPublic().getEncoded());
    return encoded.slice(PREFIX.size(), encoded.size());
  }

  static Encapsulated encapsulate(Bytes rawKey, SecureRandom random) {
    try {
      PublicKey key =
          KeyFactory.getInstance(ALGORITHM)
              .generatePublic(new X509EncodedKeySpec(Bytes.concat(PREFIX, rawKey).toArray()));
      KEM.Encapsulated made = kem().newEncapsulator(key, random).encapsulate();
      return new Encapsulated(
          Bytes.of(made.encapsulation()), Secret.takeFrom(made.key().getEncoded()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks " + ALGORITHM, e);
    } catch (GeneralSecurityException e) {
      throw Step.CHALLENGE.refuse(ChannelError.KEM_REFUSED, "not an ML-KEM-768 key", e);
    }
  }

  /**
   * The secret in the ciphertext. A wrong ciphertext gives another secret (implicit rejection), and
   * key confirmation fails.
   */
  Secret decapsulate(Bytes ciphertext) {
    try {
      return Secret.takeFrom(
          kem().newDecapsulator(pair.getPrivate()).decapsulate(ciphertext.toArray()).getEncoded());
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("a key made here is valid", e);
    } catch (GeneralSecurityException e) {
      throw Step.PROOF.refuse(ChannelError.KEM_REFUSED, "not an ML-KEM-768 ciphertext", e);
    }
  }

  private static KEM kem() {
    try {
      return KEM.getInstance(ALGORITHM);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks " + ALGORITHM, e);
    }
  }
}
