package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Whoever calls a pod with TLS, and shows what it likes. */
final class TestCaller {

  private static final int LIMIT_MILLIS = 8_000;
  private static final char[] PASSWORD = new char[0];

  private final SSLContext context;
  private final String version;

  private TestCaller(KeyManager[] keys, String version) throws Exception {
    this.version = version;
    this.context = SSLContext.getInstance("TLS");
    context.init(keys, new TrustManager[] {new Anybody()}, new SecureRandom());
  }

  /** Shows this certificate. */
  static TestCaller with(Credentials credentials) throws Exception {
    return new TestCaller(keys(credentials), "TLSv1.3");
  }

  /** Shows no certificate. */
  static TestCaller nameless(String version) throws Exception {
    return new TestCaller(new KeyManager[0], version);
  }

  private static KeyManager[] keys(Credentials credentials) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    String pem = Bytes.of(credentials.keyBytes()).toUtf8();
    byte[] key = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    List<Certificate> chain =
        List.copyOf(
            CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(credentials.chain().toArray())));
    store.setKeyEntry(
        "own",
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
        PASSWORD,
        chain.toArray(new Certificate[0]));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD);
    return keys.getKeyManagers();
  }

  /** What it gets there for "hello"; the reason where it gets nothing. */
  String call(String host, int port) {
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, port), LIMIT_MILLIS);
      plain.setSoTimeout(LIMIT_MILLIS);
      try (SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
        socket.setEnabledProtocols(new String[] {version});
        socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
        socket.shutdownOutput();
        byte[] got = socket.getInputStream().readAllBytes();
        return got.length == 0 ? "nothing" : new String(got, StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      return "failed: " + e.getMessage();
    }
  }

  /** Attackers do not care who answers. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
