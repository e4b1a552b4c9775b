package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.EncryptionKey;
import dev.cloister.manifest.OwnerKey;
import dev.cloister.manifest.RecoveryOwner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Owners' keys as PEM files (RFC 7468): a private key in PKCS #8, readable by its owner only, and a
 * public key as SubjectPublicKeyInfo.
 */
final class OwnerFiles {

  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final int MAX_PEM = 16 << 10;

  private OwnerFiles() {}

  /**
   * Makes a P-384 key pair and writes its private key to a new file of mode 0600.
   *
   * @throws CloisterException with {@link CliError#FILE_EXISTS} where the file exists
   */
  static OwnerKey generate(Path privateKey) {
    KeyPair pair = generateKeyPair();
    write(privateKey, pair);
    return OwnerKey.of(Bytes.of(pair.getPublic().getEncoded()), privateKey.toString());
  }

  /**
   * Makes the two key pairs of a recovery owner, P-384 to sign and X25519 to receive shares, and
   * writes both private keys, in this order, to a new file of mode 0600.
   *
   * @throws CloisterException with {@link CliError#FILE_EXISTS} where the file exists
   */
  static RecoveryOwner generateRecovery(Path privateKeys) {
    KeyPair signing = generateKeyPair();
    KeyPair encryption = generateEncryptionPair();
    write(privateKeys, signing, encryption);
    String name = privateKeys.toString();
    return new RecoveryOwner(
        OwnerKey.of(Bytes.of(signing.getPublic().getEncoded()), name),
        EncryptionKey.of(Bytes.of(encryption.getPublic().getEncoded()), name));
  }

  private static void write(Path file, KeyPair... pairs) {
    byte[] all = new byte[0];
    for (KeyPair pair : pairs) {
      byte[] encoded = pair.getPrivate().getEncoded();
      byte[] pem = pem(PRIVATE, encoded);
      byte[] longer = Arrays.copyOf(all, all.length + pem.length);
      System.arraycopy(pem, 0, longer, all.length, pem.length);
      Arrays.fill(encoded, (byte) 0);
      Arrays.fill(pem, (byte) 0);
      Arrays.fill(all, (byte) 0);
      all = longer;
    }
    try {
      Disk.createSecret(file, all);
    } finally {
      Arrays.fill(all, (byte) 0);
    }
  }

  private static KeyPair generateKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp384r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform of version 25 has P-384", e);
    }
  }

  private static KeyPair generateEncryptionPair() {
    try {
      return KeyPairGenerator.getInstance("X25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform of version 25 has X25519", e);
    }
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

  private static List<Bytes> readKeys(Path file, int count) {
    String text = Disk.read(file, MAX_PEM).toUtf8();
    String begin = "-----BEGIN " + PUBLIC + "-----";
    String end = "-----END " + PUBLIC + "-----";
    List<Bytes> keys = new ArrayList<>();
    for (int from = text.indexOf(begin); from >= 0; from = text.indexOf(begin, from + 1)) {
      int to = text.indexOf(end, from);
      if (to < from) {
        break;
      }
      String body = text.substring(from + begin.length(), to).replaceAll("\\s", "");
      keys.add(Bytes.ofBase64(body));
    }
    if (keys.size() != count) {
      throw new CloisterException(
          dev.cloister.manifest.ManifestError.BAD_KEY,
          file.toString(),
          "holds " + keys.size() + " blocks " + begin + " where " + count + " belong");
    }
    return keys;
  }

  private static byte[] pem(String label, byte[] der) {
    byte[] body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encode(der);
    byte[] head = ("-----BEGIN " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
    byte[] foot = ("\n-----END " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[head.length + body.length + foot.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    System.arraycopy(foot, 0, all, head.length + body.length, foot.length);
    Arrays.fill(body, (byte) 0);
    return all;
  }
}
