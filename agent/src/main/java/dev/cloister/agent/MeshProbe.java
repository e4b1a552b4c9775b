package dev.cloister.agent;

import dev.cloister.manifest.IdentityName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;

/**
 * Looks who answers at an address where the wrong one does: HAProxy says only that it is not the
 * right one. The agent's own handshake shows no certificate, sends nothing, and believes nothing;
 * what it finds is for people to read.
 */
final class MeshProbe {

  private static final int LIMIT_MILLIS = 3_000;
  private static final int DNS_NAME = 2;
  private static final int MAX_CHAIN = 8;

  private MeshProbe() {}

  /** Who answers there, in words. */
  static String found(String host, int port, List<MeshGeneration> generations) {
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, port), LIMIT_MILLIS);
      plain.setSoTimeout(LIMIT_MILLIS);
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
      try (SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
        socket.startHandshake();
        Certificate[] chain = socket.getSession().getPeerCertificates();
        return chain.length > 0
                && chain.length <= MAX_CHAIN
                && chain[0] instanceof X509Certificate leaf
            ? told(leaf, generations)
            : "no certificate";
      }
    } catch (IOException | GeneralSecurityException e) {
      return "no handshake there: " + ProxyLog.shown(String.valueOf(e.getMessage()));
    }
  }

  private static String told(X509Certificate leaf, List<MeshGeneration> generations) {
    String subject = ProxyLog.shown(leaf.getSubjectX500Principal().getName(X500Principal.RFC2253));
    String name = identityName(leaf);
    String who = name.isEmpty() ? "\"" + subject + "\"" : name;
    return isOfTheMesh(leaf, generations)
        ? "found " + who
        : "found a certificate of nobody in the mesh, for " + who;
  }

  private static boolean isOfTheMesh(X509Certificate leaf, List<MeshGeneration> generations) {
    for (MeshGeneration generation : generations) {
      try {
        leaf.verify(generation.x509().getPublicKey());
        return true;
      } catch (GeneralSecurityException _) {
        // Another one may have signed it.
      }
    }
    return false;
  }

  private static String identityName(X509Certificate leaf) {
    try {
      Collection<List<?>> names = leaf.getSubjectAlternativeNames();
      if (names != null) {
        for (List<?> name : names) {
          if (name.get(0).equals(DNS_NAME)
              && name.get(1) instanceof String text
              && text.endsWith(IdentityName.SUFFIX)) {
            return ProxyLog.shown(text);
          }
        }
      }
      return "";
    } catch (CertificateParsingException _) {
      return "";
    }
  }

  /** Looks at whatever certificate is shown. Nothing is ever sent to whom it lets in. */
  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
