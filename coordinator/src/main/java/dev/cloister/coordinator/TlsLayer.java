package dev.cloister.coordinator;

import dev.cloister.rpc.HttpLayer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * TLS 1.3 with the identity that the Coordinator has at the moment of the handshake; clients show
 * no certificate. No session is kept to be resumed. Safe for use by any thread.
 */
final class TlsLayer implements HttpLayer {

  private final TlsIdentity identity;
  private final SecureRandom random;
  private Prepared prepared;

  private record Prepared(TlsIdentity.Credential credential, SSLContext context) {}

  TlsLayer(TlsIdentity identity, SecureRandom random) {
    this.identity = identity;
    this.random = random;
    this.prepared = prepare(identity.current());
  }

  private Prepared prepare(TlsIdentity.Credential credential) {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(
          new KeyManager[] {new CredentialKeys(credential)},
          new TrustManager[] {new Nobody()},
          random);
      context.getServerSessionContext().setSessionCacheSize(1);
      context.getServerSessionContext().setSessionTimeout(1);
      return new Prepared(credential, context);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS 1.3", e);
    }
  }

  private synchronized SSLContext context() {
    TlsIdentity.Credential credential = identity.current();
    if (!credential.equals(prepared.credential())) {
      prepared = prepare(credential);
    }
    return prepared.context();
  }

  @Override
  public Streams open(InputStream in, OutputStream out) throws IOException {
    // JSSE documents that no bytes are consumed where this stream is empty.
    SSLSocket socket =
        (SSLSocket)
            context()
                .getSocketFactory()
                .createSocket(new Transport(in, out), InputStream.nullInputStream(), true);
    socket.setUseClientMode(false);
    socket.setEnabledProtocols(new String[] {"TLSv1.3"});
    socket.startHandshake();
    socket.getSession().invalidate();
    return new Secured(socket);
  }

  private record Secured(SSLSocket socket, InputStream in, OutputStream out) implements Streams {
    Secured(SSLSocket socket) throws IOException {
      this(socket, socket.getInputStream(), socket.getOutputStream());
    }

    @Override
    public void end() throws IOException {
      socket.close();
    }
  }

  /** A pair of streams in the shape that JSSE layers TLS over; who has made it closes it. */
  private static final class Transport extends Socket {
    private final InputStream in;
    private final OutputStream out;

    Transport(InputStream in, OutputStream out) {
      this.in = in;
      this.out = out;
    }

    @Override
    public InputStream getInputStream() {
      return in;
    }

    @Override
    public OutputStream getOutputStream() {
      return out;
    }

    @Override
    public boolean isConnected() {
      return true;
    }

    @Override
    public void close() {}
  }

  /** No client is asked for a certificate. */
  private static final class Nobody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new IllegalStateException("no client shows a certificate");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      throw new IllegalStateException("this is no client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
