package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.security.auth.x500.X500Principal;

/**
 * One generation of the mesh: the CA that the Coordinator made for one transition.
 *
 * @param certificate of the CA, DER
 * @param x509 the same
 * @param subject of the CA, as RFC 2253 writes it
 */
record MeshGeneration(Bytes certificate, X509Certificate x509, String subject) {

  private static final int MAX_SUBJECT = 200;

  MeshGeneration {
    boolean good = !subject.isEmpty() && subject.length() <= MAX_SUBJECT;
    for (int i = 0; i < subject.length(); i++) {
      good &= isPlain(subject.charAt(i));
    }
    if (!good) {
      throw new CloisterException(AgentError.JOIN_ANSWER, "authorities", "a strange subject");
    }
  }

  /** The generation of a CA. */
  static MeshGeneration of(Bytes der) {
    try {
      X509Certificate x509 =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der.toArray()));
      String subject = x509.getSubjectX500Principal().getName(X500Principal.RFC2253);
      return new MeshGeneration(der, x509, subject);
    } catch (CertificateException e) {
      throw new CloisterException(AgentError.JOIN_ANSWER, "authorities", "no certificate", e);
    }
  }

  /** What stands for itself between quotes of HAProxy's configuration. */
  private static boolean isPlain(char c) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || " =,.-".indexOf(c) >= 0;
  }

  /** The name of its server in the proxy's configuration. */
  String name() {
    return "gen-" + certificate.sha256().slice(0, 4).toHex();
  }
}
