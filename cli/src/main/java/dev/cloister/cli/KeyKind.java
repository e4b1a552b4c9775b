package dev.cloister.cli;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/** Kinds of signing keys that can be made for owners. */
enum KeyKind {
  p256("EC", "secp256r1"),
  p384("EC", "secp384r1"),
  ed25519("Ed25519", "");

  private final String family;
  private final String curve;

  KeyKind(String family, String curve) {
    this.family = family;
    this.curve = curve;
  }

  /** A new key pair from the platform's own randomness. */
  KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(family);
      if (!curve.isEmpty()) {
        generator.initialize(new ECGenParameterSpec(curve));
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform of version 25 has " + this, e);
    }
  }
}
