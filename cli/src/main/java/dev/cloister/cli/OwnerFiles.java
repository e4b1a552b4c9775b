package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.EncryptionKey;
import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.OwnerKey;
import dev.cloister.manifest.RecoveryOwner;
import java.nio.file.Path;
import java.util.List;

/**
 * Owners' keys as PEM files: private keys in PKCS #8, readable by their owner only, and beside them
 * the public keys as SubjectPublicKeyInfo.
 */
final class OwnerFiles {

  /** Private key of an update owner. */
  static final String UPDATE = "update-owner.key";

  /** Private keys of a recovery owner: one that signs, then the X25519 key that opens shares. */
  static final String RECOVERY = "recovery-owner.key";

  private static final String KEY = ".key";

  private OwnerFiles() {}

  /** The file of public keys beside a file of private ones. */
  static Path publicFile(Path privateFile) {
    String name = privateFile.getFileName().toString();
    return privateFile.resolveSibling(name.substring(0, name.length() - KEY.length()) + ".pub");
  }

  /** Reads the public key of an owner from a PEM file. */
  static OwnerKey readPublic(Path file) {
    return OwnerKey.of(readKeys(file, 1).getFirst(), file.toString());
  }

  /** Reads the two public keys of a recovery owner from a PEM file: signing, then encryption. */
  static RecoveryOwner readRecovery(Path file) {
    List<Bytes> keys = readKeys(file, 2);
    return new RecoveryOwner(
        OwnerKey.of(keys.getFirst(), file.toString()),
        EncryptionKey.of(keys.getLast(), file.toString()));
  }

  /** The signing key of a file of public keys, which is the first one in either group. */
  static OwnerKey readSigner(Path file) {
    List<Bytes> keys = Pem.read(file, Pem.PUBLIC_KEY);
    if (keys.isEmpty()) {
      throw wrongCount(file, 0, 1);
    }
    return OwnerKey.of(keys.getFirst(), file.toString());
  }

  private static List<Bytes> readKeys(Path file, int count) {
    List<Bytes> keys = Pem.read(file, Pem.PUBLIC_KEY);
    if (keys.size() != count) {
      throw wrongCount(file, keys.size(), count);
    }
    return keys;
  }

  private static CloisterException wrongCount(Path file, int found, int wanted) {
    return new CloisterException(
        ManifestError.BAD_KEY,
        file.toString(),
        "holds " + found + " blocks -----BEGIN PUBLIC KEY----- where " + wanted + " belong");
  }
}
