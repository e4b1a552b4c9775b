package dev.cloister.e2e;

import dev.cloister.client.CoordinatorAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Ends the TLS of both sides with a key of its own, and passes on every byte of the exchange
 * between them, evidence included. Without the binding to the session nobody would notice.
 */
final class ManInTheMiddle implements AutoCloseable {

  private static final String PROTOCOL = "cloister-channel/1";
  private static final String PASSWORD = "attack";

  private final SSLContext tls;
  private final SSLServerSocket listener;
  private final CoordinatorAddress genuine;

  /**
   * @param work for the key that is made
   */
  ManInTheMiddle(Path work, CoordinatorAddress genuine) {
    this.genuine = genuine;
    try {
      this.tls = context(work.resolve("middle.p12"));
      this.listener =
          (SSLServerSocket)
              tls.getServerSocketFactory()
                  .createServerSocket(0, 8, InetAddress.getLoopbackAddress());
      listener.setSSLParameters(shaped(listener.getSSLParameters()));
      listener.setNeedClientAuth(true);
    } catch (IOException e) {
      throw Stage.failed("loopback", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS 1.3", e);
    }
    Thread.ofVirtual().name("man-in-the-middle").start(this::listen);
  }

  CoordinatorAddress address() {
    return new CoordinatorAddress(
        listener.getInetAddress().getHostAddress(), listener.getLocalPort());
  }

  private static SSLParameters shaped(SSLParameters parameters) {
    parameters.setNamedGroups(new String[] {"secp256r1"});
    parameters.setSignatureSchemes(new String[] {"ecdsa_secp256r1_sha256"});
    parameters.setApplicationProtocols(new String[] {PROTOCOL});
    return parameters;
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        relay((SSLSocket) listener.accept());
      } catch (IOException _) {
        return;
      }
    }
  }

  private void relay(SSLSocket victim) throws IOException {
    SSLSocket server =
        (SSLSocket) tls.getSocketFactory().createSocket(genuine.host(), genuine.port());
    server.setSSLParameters(shaped(server.getSSLParameters()));
    Thread.ofVirtual().start(() -> pass(victim, server));
    Thread.ofVirtual().start(() -> pass(server, victim));
  }

  private static void pass(SSLSocket from, SSLSocket to) {
    byte[] piece = new byte[8192];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int got = in.read(piece); got >= 0; got = in.read(piece)) {
        out.write(piece, 0, got);
        out.flush();
      }
    } catch (IOException _) {
      // One of the two has noticed.
    }
  }

  private static SSLContext context(Path store) throws GeneralSecurityException, IOException {
    makeKey(store);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(own.getKeyManagers(), new TrustManager[] {new Anyone()}, null);
    return context;
  }

  private static void makeKey(Path store) throws IOException {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    HostTool.run(
        List.of(
            keytool.toString(),
            "-genkeypair",
            "-alias",
            "middle",
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-sigalg",
            "SHA256withECDSA",
            "-dname",
            "CN=channel",
            "-validity",
            "2",
            "-storetype",
            "PKCS12",
            "-keystore",
            store.toString(),
            "-storepass",
            PASSWORD));
  }

  /** Takes whatever certificate the two sides show. */
  private static final class Anyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw Stage.failed("loopback", e);
    }
  }
}
