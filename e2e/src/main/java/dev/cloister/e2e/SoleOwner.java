package dev.cloister.e2e;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.EncryptionKey;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.OwnerKey;
import dev.cloister.manifest.Owners;
import dev.cloister.manifest.Quorum;
import dev.cloister.manifest.RecoveryOwner;
import dev.cloister.manifest.RecoveryQuorum;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.List;

/** The owner of a deployment that nobody updates: his keys are made and forgotten. */
final class SoleOwner {

  private SoleOwner() {}

  /** A new simulated deployment. */
  static Deployment deployment() {
    byte[] nonce = new byte[Deployment.NONCE_SIZE];
    new SecureRandom().nextBytes(nonce);
    RecoveryOwner recovery =
        new RecoveryOwner(
            OwnerKey.of(newKey("Ed25519"), "owner"), EncryptionKey.of(newKey("X25519"), "owner"));
    Owners owners =
        new Owners(
            new Quorum(1, List.of(OwnerKey.of(newKey("Ed25519"), "owner"))),
            new RecoveryQuorum(1, List.of(recovery)));
    return Deployment.create("demo", Bytes.of(nonce), Mode.SIMULATED, owners);
  }

  private static Bytes newKey(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      return Bytes.of(generator.generateKeyPair().getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform of version 25 has " + algorithm, e);
    }
  }
}
