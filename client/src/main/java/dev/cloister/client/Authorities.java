package dev.cloister.client;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * The CA certificates of a Coordinator. Their dates are not judged here: inside the mesh the
 * generation decides, because hosts set the clocks; who builds a TLS connection judges them.
 */
final class Authorities {

  static final int MAX_SIZE = 4096;
  static final int MAX_MESH = 16;

  private static final int CERTIFICATE_SIGN = 5;
  private static final int P256_KEY_SIZE = 91;

  private Authorities() {}

  /** SHA-256 of the SubjectPublicKeyInfo, 32 bytes. */
  static Bytes keyDigest(X509Certificate certificate) {
    return Bytes.of(certificate.getPublicKey().getEncoded()).sha256();
  }

  /** Reads the root CA: self-signed. */
  static X509Certificate root(Bytes der) {
    X509Certificate root = authority(der, "rootCertificate");
    requireSignedBy(root, root, "rootCertificate");
    return root;
  }

  /** Reads the mesh CAs, newest first: each signed by the root. */
  static List<X509Certificate> mesh(List<Bytes> ders, X509Certificate root) {
    if (ders.isEmpty() || ders.size() > MAX_MESH) {
      throw bad("meshCertificates", ders.size() + " certificates");
    }
    List<X509Certificate> mesh = new ArrayList<>();
    for (Bytes der : ders) {
      String path = "meshCertificates[" + mesh.size() + "]";
      X509Certificate authority = authority(der, path);
      if (authority.getPublicKey().equals(root.getPublicKey())) {
        throw bad(path, "has the root CA's key");
      }
      requireSignedBy(authority, root, path);
      mesh.add(authority);
    }
    return List.copyOf(mesh);
  }

  private static X509Certificate authority(Bytes der, String path) {
    X509Certificate certificate = certificate(der, path);
    boolean[] usage = certificate.getKeyUsage();
    if (certificate.getBasicConstraints() < 0 || usage == null || !usage[CERTIFICATE_SIGN]) {
      throw bad(path, "may not sign certificates");
    }
    PublicKey key = certificate.getPublicKey();
    if (!key.getAlgorithm().equals("EC") || key.getEncoded().length != P256_KEY_SIZE) {
      throw bad(path, "has no P-256 key");
    }
    return certificate;
  }

  private static X509Certificate certificate(Bytes der, String path) {
    if (der.isEmpty() || der.size() > MAX_SIZE) {
      throw bad(path, der.size() + " bytes");
    }
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der.toArray()));
      if (!Bytes.of(certificate.getEncoded()).equals(der)) {
        throw bad(path, "has bytes behind it");
      }
      return certificate;
    } catch (CertificateException e) {
      throw new CloisterException(ClientError.BAD_AUTHORITY, path, "is no certificate", e);
    }
  }

  private static void requireSignedBy(
      X509Certificate certificate, X509Certificate issuer, String path) {
    if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      throw bad(path, "names another issuer than the root CA");
    }
    try {
      certificate.verify(issuer.getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new CloisterException(
          ClientError.BAD_AUTHORITY, path, "is not signed by the root CA", e);
    }
  }

  private static CloisterException bad(String path, String detail) {
    return new CloisterException(ClientError.BAD_AUTHORITY, path, detail);
  }
}
