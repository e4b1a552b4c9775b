package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.OwnerKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;

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
    byte[] encoded = pair.getPrivate().getEncoded();
    try {
      Disk.createSecret(privateKey, pem(PRIVATE, encoded));
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
    return OwnerKey.of(Bytes.of(pair.getPublic().getEncoded()), privateKey.toString());
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

  /** Reads the public key of an owner from a PEM file. */
  static OwnerKey readPublic(Path file) {
    String text = Disk.read(file, MAX_PEM).toUtf8();
    String begin = "-----BEGIN " + PUBLIC + "-----";
    String end = "-----END " + PUBLIC + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf(end);
    if (from < 0 || to < from) {
      throw new CloisterException(
          dev.cloister.manifest.ManifestError.BAD_KEY, file.toString(), "holds no " + begin);
    }
    String body = text.substring(from + begin.length(), to).replaceAll("\\s", "");
    return OwnerKey.of(Bytes.ofBase64(body), file.toString());
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
