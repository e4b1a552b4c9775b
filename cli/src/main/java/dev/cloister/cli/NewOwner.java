package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.EncryptionKey;
import dev.cloister.manifest.OwnerKey;
import dev.cloister.manifest.RecoveryOwner;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** New keys of an owner, which are in no file yet. */
final class NewOwner {

  private final Path file;
  private final List<KeyPair> pairs;

  private NewOwner(Path file, List<KeyPair> pairs) {
    this.file = file;
    this.pairs = pairs;
  }

  /** A key pair for an update owner whose files go into the directory. */
  static NewOwner update(Path directory, KeyKind kind) {
    return new NewOwner(directory.resolve(OwnerFiles.UPDATE), List.of(kind.generate()));
  }

  /** A key pair that signs and one that opens shares. */
  static NewOwner recovery(Path directory, KeyKind kind) {
    return new NewOwner(
        directory.resolve(OwnerFiles.RECOVERY), List.of(kind.generate(), generateEncryptionPair()));
  }

  private static KeyPair generateEncryptionPair() {
    try {
      return KeyPairGenerator.getInstance("X25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform of version 25 has X25519", e);
    }
  }

  /** The public key that signs. */
  OwnerKey key() {
    return OwnerKey.of(publicKey(pairs.getFirst()), file.toString());
  }

  /** Both public keys of a recovery owner. */
  RecoveryOwner recoveryOwner() {
    return new RecoveryOwner(key(), EncryptionKey.of(publicKey(pairs.getLast()), file.toString()));
  }

  /**
   * Writes the private keys to a new file of mode 0600, and the public keys beside it.
   *
   * @throws CloisterException with {@link CliError#FILE_EXISTS} where there is such a file
   */
  void write() {
    byte[] all = new byte[0];
    List<Bytes> publicKeys = new ArrayList<>();
    for (KeyPair pair : pairs) {
      byte[] encoded = pair.getPrivate().getEncoded();
      byte[] pem = Pem.block(Pem.PRIVATE_KEY, encoded);
      byte[] longer = Arrays.copyOf(all, all.length + pem.length);
      System.arraycopy(pem, 0, longer, all.length, pem.length);
      Arrays.fill(encoded, (byte) 0);
      Arrays.fill(pem, (byte) 0);
      Arrays.fill(all, (byte) 0);
      all = longer;
      publicKeys.add(publicKey(pair));
    }
    Disk.makePrivateDirectory(file.resolveSibling("."));
    Disk.createSecret(file, all);
    Disk.write(OwnerFiles.publicFile(file), Pem.blocks(Pem.PUBLIC_KEY, publicKeys));
  }

  /** Where the private keys go. */
  Path file() {
    return file;
  }

  private static Bytes publicKey(KeyPair pair) {
    return Bytes.of(pair.getPublic().getEncoded());
  }
}
