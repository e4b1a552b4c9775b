package dev.cloister.simulator;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;

/** Keys of the vendors that are played. */
final class VendorKeys {

  private VendorKeys() {}

  /**
   * A new pair.
   *
   * @param curve {@code secp256r1} or {@code secp384r1}
   */
  static KeyPair onCurve(String curve, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + curve, e);
    }
  }

  /** A key in PKCS #8 that {@link PrivateFiles} keeps. */
  static PrivateKey read(String algorithm, Path file) {
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(PrivateFiles.read(file).toArray()));
    } catch (GeneralSecurityException e) {
      throw PrivateFiles.unusable(file, e);
    }
  }
}
