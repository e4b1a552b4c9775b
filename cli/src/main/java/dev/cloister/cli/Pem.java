package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Blocks of PEM files (RFC 7468). */
final class Pem {

  /** PKCS #8, not encrypted. */
  static final String PRIVATE_KEY = "PRIVATE KEY";

  /** SubjectPublicKeyInfo. */
  static final String PUBLIC_KEY = "PUBLIC KEY";

  /** X.509. */
  static final String CERTIFICATE = "CERTIFICATE";

  private static final int MAX_FILE = 16 << 10;
  private static final byte[] LINE_END = {'\n'};

  private Pem() {}

  /** One block, to be overwritten by the caller where its content is secret. */
  static byte[] block(String label, byte[] der) {
    byte[] body = Base64.getMimeEncoder(64, LINE_END).encode(der);
    byte[] head = ("-----BEGIN " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
    byte[] foot = ("\n-----END " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[head.length + body.length + foot.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    System.arraycopy(foot, 0, all, head.length + body.length, foot.length);
    Arrays.fill(body, (byte) 0);
    return all;
  }

  /** Blocks of things that are public, one after the other. */
  static Bytes blocks(String label, List<Bytes> contents) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    contents.forEach(der -> all.writeBytes(block(label, der.toArray())));
    return Bytes.of(all.toByteArray());
  }

  /** What the file's blocks of this label hold; other text is passed over, as RFC 7468 says. */
  static List<Bytes> read(Path file, String label) {
    String text = Disk.read(file, MAX_FILE).toUtf8();
    List<Bytes> contents = new ArrayList<>();
    for (String body : bodies(text, label)) {
      contents.add(Bytes.ofBase64(body));
    }
    return contents;
  }

  /**
   * The private keys of a file, in their order.
   *
   * @throws CloisterException with {@link CliError#BAD_KEY_FILE} where there is none, or one in
   *     another form
   */
  static List<Secret> readPrivateKeys(Path file) {
    String text = Disk.read(file, MAX_FILE).toUtf8();
    if (text.contains(" ENCRYPTED PRIVATE KEY-----") || text.contains(" EC PRIVATE KEY-----")) {
      throw new CloisterException(
          CliError.BAD_KEY_FILE, file.toString(), "a private key is encrypted or not in PKCS #8");
    }
    List<Secret> keys = new ArrayList<>();
    for (String body : bodies(text, PRIVATE_KEY)) {
      keys.add(Secret.takeFrom(decode(body, file)));
    }
    if (keys.isEmpty()) {
      throw new CloisterException(
          CliError.BAD_KEY_FILE, file.toString(), "holds no block " + PRIVATE_KEY);
    }
    return keys;
  }

  /** Nothing of a private key may reach a message, so the cause is left out. */
  private static byte[] decode(String body, Path file) {
    try {
      return Base64.getDecoder().decode(body);
    } catch (IllegalArgumentException _) {
      throw new CloisterException(
          CliError.BAD_KEY_FILE, file.toString(), "a private key is not in base64");
    }
  }

  private static List<String> bodies(String text, String label) {
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    List<String> bodies = new ArrayList<>();
    for (int from = text.indexOf(begin); from >= 0; from = text.indexOf(begin, from + 1)) {
      int to = text.indexOf(end, from);
      if (to < from) {
        break;
      }
      bodies.add(text.substring(from + begin.length(), to).replaceAll("\\s", ""));
    }
    return bodies;
  }
}
