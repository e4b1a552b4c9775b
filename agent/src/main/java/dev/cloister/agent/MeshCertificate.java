package dev.cloister.agent;

import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.IdentityName;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Checks what a verified Coordinator answered to a join before any container sees it: the leaf has
 * the key that was asked for, names this workload, and chains to a mesh CA of the verified
 * Coordinator; the bundle holds no other authority. Dates are not judged: the host sets the clock.
 */
final class MeshCertificate {

  private static final int DNS_NAME = 2;
  private static final int MAX_SIZE = 16 << 10;

  private MeshCertificate() {}

  /** The leaf. */
  static X509Certificate check(
      JoinCalls.Answer answer, PublicKey key, IdentityName name, VerifiedCoordinator verified) {
    if (answer.chain().isEmpty() || answer.authorities().isEmpty()) {
      throw bad("chain", "no certificate");
    }
    List<X509Certificate> chain = new ArrayList<>();
    for (Bytes der : answer.chain()) {
      chain.add(certificate(der, "chain[" + chain.size() + "]"));
    }
    X509Certificate leaf = chain.getFirst();
    if (!leaf.getPublicKey().equals(key)) {
      throw bad("chain[0]", "it has another key than was asked for");
    }
    requireName(leaf, name.toString());
    requireIssued(chain, verified.meshCertificates(), verified.rootCertificate());
    for (Bytes der : answer.authorities()) {
      if (!verified.meshCertificates().contains(certificate(der, "authorities"))) {
        throw bad("authorities", "a certificate that is none of the verified mesh CAs");
      }
    }
    return leaf;
  }

  private static X509Certificate certificate(Bytes der, String path) {
    if (der.size() > MAX_SIZE) {
      throw bad(path, der.size() + " bytes");
    }
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der.toArray()));
    } catch (CertificateException e) {
      throw new CloisterException(AgentError.JOIN_ANSWER, path, "it is no certificate", e);
    }
  }

  private static void requireName(X509Certificate leaf, String wanted) {
    try {
      Collection<List<?>> names = leaf.getSubjectAlternativeNames();
      if (names != null) {
        for (List<?> name : names) {
          if (name.get(0).equals(DNS_NAME) && wanted.equals(name.get(1))) {
            return;
          }
        }
      }
    } catch (CertificateException e) {
      throw new CloisterException(AgentError.JOIN_ANSWER, "chain[0]", "its names", e);
    }
    throw bad("chain[0]", "it does not name " + wanted);
  }

  private static void requireIssued(
      List<X509Certificate> chain, List<X509Certificate> mesh, X509Certificate root) {
    X509Certificate last = chain.getFirst();
    for (X509Certificate above : chain.subList(1, chain.size())) {
      if (!mesh.contains(above) && !above.equals(root)) {
        throw bad("chain", "a certificate that is none of the verified ones");
      }
    }
    for (X509Certificate authority : mesh) {
      if (authority.getSubjectX500Principal().equals(last.getIssuerX500Principal())
          && isSigned(last, authority)) {
        return;
      }
    }
    throw bad("chain[0]", "no verified mesh CA has signed it");
  }

  private static boolean isSigned(X509Certificate certificate, X509Certificate authority) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static CloisterException bad(String where, String detail) {
    return new CloisterException(AgentError.JOIN_ANSWER, where, detail);
  }
}
