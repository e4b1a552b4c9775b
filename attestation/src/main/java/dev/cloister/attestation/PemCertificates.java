package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Certificates in PEM (RFC 7468, strict form): blocks of type CERTIFICATE with nothing between them
 * but line ends. Every letter counts: a text that decodes to the same bytes in another way is
 * refused.
 */
public final class PemCertificates {

  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";
  private static final int MAX_CERTIFICATES = 16;
  private static final int MAX_BYTES = 64 * 1024;

  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private PemCertificates() {}

  /** The text of certificates in DER, one after the other, in lines of 64 letters. */
  public static String write(List<Bytes> certificates) {
    StringBuilder text = new StringBuilder();
    for (Bytes der : certificates) {
      text.append(BEGIN)
          .append('\n')
          .append(LINES.encodeToString(der.toArray()))
          .append('\n')
          .append(END)
          .append('\n');
    }
    return text.toString();
  }

  /** Whether the text begins as one in PEM does. */
  public static boolean isPem(String text) {
    return text.stripLeading().startsWith("-----BEGIN ");
  }

  /**
   * The certificates in DER, in the order of the text: at least one, at most 16.
   *
   * @param path where the text stands, for errors
   * @throws CloisterException with {@link AttestationError#CERTIFICATE_MALFORMED}
   */
  public static List<Bytes> parse(String text, String path) {
    if (text.length() > MAX_BYTES) {
      throw malformed(path, text.length() + " letters where " + MAX_BYTES + " are allowed");
    }
    List<Bytes> certificates = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    boolean inside = false;
    for (String line : text.split("\r?\n", -1)) {
      if (inside && line.equals(END)) {
        certificates.add(decoded(block.toString(), path));
        block.setLength(0);
        inside = false;
      } else if (inside) {
        block.append(line);
      } else if (line.equals(BEGIN) && certificates.size() < MAX_CERTIFICATES) {
        inside = true;
      } else if (!line.isEmpty()) {
        throw malformed(path, "something other than a certificate, or more than 16");
      }
    }
    if (inside || certificates.isEmpty()) {
      throw malformed(path, "no certificate, or one without an end");
    }
    return List.copyOf(certificates);
  }

  private static Bytes decoded(String base64, String path) {
    Bytes der;
    try {
      der = Bytes.ofBase64(base64);
    } catch (CloisterException e) {
      throw new CloisterException(
          AttestationError.CERTIFICATE_MALFORMED, path, "not a base64 text", e);
    }
    if (!der.toBase64().equals(base64)) {
      throw malformed(path, "not the base64 text of its bytes");
    }
    return der;
  }

  private static CloisterException malformed(String path, String detail) {
    return new CloisterException(AttestationError.CERTIFICATE_MALFORMED, path, detail);
  }
}
