package dev.cloister.e2e;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The least that a JVM can do to serve HTTPS: the key is prepared, the answer is one line. {@code
 * bench/coordinator} runs it in a pod of its own; it needs nothing but {@code java.base}.
 */
public final class HttpsPeer {

  /** The variable with the private key, PKCS #8 in Base64. */
  static final String KEY = "PEER_KEY";

  /** The variable with the certificate, DER in Base64. */
  static final String CERTIFICATE = "PEER_CERTIFICATE";

  /** The port that it serves. */
  static final int PORT = 7444;

  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n"
          .getBytes(StandardCharsets.US_ASCII);

  private HttpsPeer() {}

  /** Serves until it is killed. */
  public static void main(String[] arguments) throws GeneralSecurityException, IOException {
    PrivateKey key =
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(variable(KEY)));
    X509Certificate certificate =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(variable(CERTIFICATE)));
    try (SSLServerSocket server =
        (SSLServerSocket)
            context(key, certificate)
                .getServerSocketFactory()
                .createServerSocket(PORT, 16, InetAddress.getByName("0.0.0.0"))) {
      while (true) {
        answer(server);
      }
    }
  }

  /** TLS 1.3 with this key. */
  static SSLContext context(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    SSLContext tls = SSLContext.getInstance("TLSv1.3");
    tls.init(new KeyManager[] {new OneKey(key, certificate)}, null, null);
    return tls;
  }

  private static byte[] variable(String name) {
    return Base64.getDecoder().decode(System.getenv().getOrDefault(name, ""));
  }

  private static void answer(SSLServerSocket server) throws IOException {
    try (SSLSocket socket = (SSLSocket) server.accept()) {
      socket.startHandshake();
      socket.getOutputStream().write(ANSWER);
    } catch (SSLException _) {
      // A caller that only looked whether the port is open.
    }
  }

  private static final class OneKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "peer";

    private final PrivateKey key;
    private final X509Certificate certificate;

    OneKey(PrivateKey key, X509Certificate certificate) {
      this.key = key;
      this.certificate = certificate;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
      return ALIAS;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return ALIAS;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[] {certificate};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return key;
    }
  }
}
