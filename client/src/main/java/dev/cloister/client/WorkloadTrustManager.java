package dev.cloister.client;

import dev.cloister.manifest.IdentityName;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts one workload of one deployment: its chain ends in a mesh CA that was verified, and its
 * certificate carries exactly the wanted identity name. The name or address that was connected to
 * says nothing: only the identity does.
 */
final class WorkloadTrustManager extends X509ExtendedTrustManager {

  private static final int DNS_NAME = 2;

  private final X509TrustManager chains;
  private final IdentityName wanted;

  /**
   * @param chains checks chains, dates and usages against the mesh CAs
   */
  WorkloadTrustManager(X509TrustManager chains, IdentityName wanted) {
    this.chains = chains;
    this.wanted = wanted;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    // The form without a connection: with one, JSSE would compare the host name, which says less.
    chains.checkServerTrusted(chain, authType);
    List<String> identities = identities(chain[0]);
    if (!identities.equals(List.of(wanted.toString()))) {
      throw new CertificateException(
          ClientError.IDENTITY_DIFFERS.code() + ": " + identities + " is not " + wanted);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  /** All names under the suffix of identities. */
  private static List<String> identities(X509Certificate leaf) throws CertificateException {
    Collection<List<?>> names = leaf.getSubjectAlternativeNames();
    List<String> identities = new ArrayList<>();
    if (names != null) {
      for (List<?> name : names) {
        if (name.get(0).equals(DNS_NAME)
            && String.valueOf(name.get(1)).toLowerCase(Locale.ROOT).endsWith(IdentityName.SUFFIX)) {
          identities.add(String.valueOf(name.get(1)));
        }
      }
    }
    return identities;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("only for connections to a workload");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return chains.getAcceptedIssuers();
  }
}
