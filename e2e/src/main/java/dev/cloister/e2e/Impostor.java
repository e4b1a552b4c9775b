package dev.cloister.e2e;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * Answers in the place of another, with the genuine certificate of a pod that gave its key away.
 */
final class Impostor implements AutoCloseable {

  private final SSLServerSocket listener;
  private final AtomicLong heard = new AtomicLong();

  private Impostor(SSLServerSocket listener) {
    this.listener = listener;
  }

  /** Begins to answer at an address of the host. */
  static Impostor listens(String address, int port, Monitor.Identity identity) {
    try {
      SSLServerSocket listener =
          (SSLServerSocket)
              HttpsPeer.context(key(identity), certificate(identity))
                  .getServerSocketFactory()
                  .createServerSocket(port, 16, InetAddress.getByName(address));
      Impostor impostor = new Impostor(listener);
      Thread.ofVirtual().name("impostor").start(impostor::listen);
      return impostor;
    } catch (IOException e) {
      throw Stage.failed(address + ":" + port, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the Coordinator issues keys that every Java reads", e);
    }
  }

  private static PrivateKey key(Monitor.Identity identity) throws GeneralSecurityException {
    String base64 = identity.key().replaceAll("-----[A-Z ]+-----|\\s", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  private static X509Certificate certificate(Monitor.Identity identity)
      throws GeneralSecurityException {
    byte[] pem = identity.certificates().getBytes(StandardCharsets.US_ASCII);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
  }

  /** How many bytes callers sent after the handshake. */
  long heard() {
    return heard.get();
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        SSLSocket caller = (SSLSocket) listener.accept();
        Thread.ofVirtual().start(() -> hear(caller));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void hear(SSLSocket caller) {
    try (caller) {
      byte[] piece = new byte[4096];
      for (int got = 0; got >= 0; got = caller.getInputStream().read(piece)) {
        heard.addAndGet(got);
      }
    } catch (IOException _) {
      // The caller has seen whom it met.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw Stage.failed("impostor", e);
    }
  }
}
