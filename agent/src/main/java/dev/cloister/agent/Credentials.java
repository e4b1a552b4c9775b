package dev.cloister.agent;

import dev.cloister.attestation.PemCertificates;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.manifest.Head;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * What one join gave to the pod.
 *
 * @param identity the certificate's identity name
 * @param chain its certificate and those above it, PEM
 * @param key its private key, PEM
 * @param authorities the mesh CAs, PEM
 * @param workloadSecret the workload's secret; of no bytes where the manifest gives it none
 * @param head the transition that was in force
 * @param notAfterMillis end of the certificate, Unix time by the Coordinator's clock
 * @param lifetimeMillis how long the certificate is good for from its issue
 */
record Credentials(
    String identity,
    Bytes chain,
    Secret key,
    Bytes authorities,
    Secret workloadSecret,
    Head head,
    long notAfterMillis,
    long lifetimeMillis)
    implements AutoCloseable {

  private static final byte[] LINE_END = {'\n'};
  private static final int LINE = 64;

  /**
   * What OpenSSL keeps behind a trusted certificate (X509_CERT_AUX): trusted for servers (OID
   * 1.3.6.1.5.5.7.3.1) and for clients (1.3.6.1.5.5.7.3.2).
   */
  private static final Bytes TRUSTED_FOR_BOTH =
      Bytes.ofHex("3016301406082b0601050507030106082b06010505070302");

  /** Certificates as PEM (RFC 7468), one after the other. */
  static Bytes certificates(List<Bytes> ders) {
    return Bytes.ofUtf8(PemCertificates.write(ders));
  }

  /**
   * Certificates as OpenSSL's trusted ones: each is an end of chains by itself, although another
   * authority has signed it. That authority is trusted with nothing: it has signed the CAs of
   * former generations too.
   */
  static Bytes anchors(List<Bytes> ders) {
    StringBuilder out = new StringBuilder();
    for (Bytes der : ders) {
      byte[] trusted = Bytes.concat(der, TRUSTED_FOR_BOTH).toArray();
      out.append("-----BEGIN TRUSTED CERTIFICATE-----\n")
          .append(Base64.getMimeEncoder(LINE, LINE_END).encodeToString(trusted))
          .append("\n-----END TRUSTED CERTIFICATE-----\n");
    }
    return Bytes.ofUtf8(out.toString());
  }

  /** A private key as PEM; the given bytes (PKCS #8) are erased. */
  static Secret privateKey(byte[] pkcs8) {
    byte[] text = Base64.getMimeEncoder(LINE, LINE_END).encode(pkcs8);
    byte[] begin = Bytes.ofUtf8("-----BEGIN PRIVATE KEY-----\n").toArray();
    byte[] end = Bytes.ofUtf8("\n-----END PRIVATE KEY-----\n").toArray();
    byte[] pem = Arrays.copyOf(begin, begin.length + text.length + end.length);
    System.arraycopy(text, 0, pem, begin.length, text.length);
    System.arraycopy(end, 0, pem, begin.length + text.length, end.length);
    Arrays.fill(pkcs8, (byte) 0);
    Arrays.fill(text, (byte) 0);
    return Secret.takeFrom(pem);
  }

  /** The private key's bytes, which the caller must erase. */
  byte[] keyBytes() {
    return key.expose(SecretAccess.INSTANCE);
  }

  /** The workload secret's bytes, which the caller must erase. */
  byte[] workloadSecretBytes() {
    return workloadSecret.expose(SecretAccess.INSTANCE);
  }

  @Override
  public void close() {
    key.close();
    workloadSecret.close();
  }

  /** Without anything secret. */
  @Override
  public String toString() {
    return identity + " until " + notAfterMillis + " at " + head;
  }
}
