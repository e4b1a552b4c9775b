package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * A TLS 1.3 session of the channel. One version, suite, group, signature scheme and application
 * protocol: nothing is left to be negotiated down. Each connection has a context of its own, so
 * there is no session that could be resumed.
 */
record TlsLink(InputStream in, OutputStream out, SessionBinding binding) {

  static final String PROTOCOL = "cloister-channel/1";
  static final String SUITE = "TLS_AES_256_GCM_SHA384";

  private static final String EXPORTER = "EXPORTER-cloister-channel-v1";
  private static final int EXPORTER_SIZE = 32;

  static TlsLink initiate(Socket transport, ChannelKeyManager own, SecureRandom random)
      throws IOException {
    SSLSocket socket =
        (SSLSocket) factory(own, random).createSocket(transport, "channel", 0, false);
    socket.setUseClientMode(true);
    return handshake(socket, own, true);
  }

  static TlsLink respond(Socket transport, ChannelKeyManager own, SecureRandom random)
      throws IOException {
    // JSSE documents that no bytes are consumed where this stream is empty.
    SSLSocket socket =
        (SSLSocket)
            factory(own, random).createSocket(transport, InputStream.nullInputStream(), false);
    return handshake(socket, own, false);
  }

  private static SSLSocketFactory factory(ChannelKeyManager own, SecureRandom random) {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(new KeyManager[] {own}, new TrustManager[] {new ChannelTrustManager()}, random);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS 1.3", e);
    }
  }

  private static SSLParameters parameters() {
    SSLParameters parameters = new SSLParameters(new String[] {SUITE}, new String[] {"TLSv1.3"});
    parameters.setNamedGroups(new String[] {"secp256r1"});
    parameters.setSignatureSchemes(new String[] {"ecdsa_secp256r1_sha256"});
    parameters.setApplicationProtocols(new String[] {PROTOCOL});
    parameters.setServerNames(List.of());
    parameters.setNeedClientAuth(true);
    return parameters;
  }

  private static TlsLink handshake(SSLSocket socket, ChannelKeyManager own, boolean initiator)
      throws IOException {
    socket.setSSLParameters(parameters());
    try {
      socket.startHandshake();
      ExtendedSSLSession session = (ExtendedSSLSession) socket.getSession();
      requireParameters(session, socket.getApplicationProtocol());
      Bytes peer = ChannelCertificate.keyOf((X509Certificate) session.getPeerCertificates()[0]);
      Bytes mine = own.own().publicKey();
      if (mine.equals(peer)) {
        throw Step.KEYS.refuse(ChannelError.EQUAL_KEYS, "the peer has this end's own key");
      }
      byte[] exported = session.exportKeyingMaterialData(EXPORTER, new byte[0], EXPORTER_SIZE);
      session.invalidate();
      Secret exporter = Secret.takeFrom(exported);
      SessionBinding binding =
          initiator
              ? new SessionBinding(exporter, mine, peer)
              : new SessionBinding(exporter, peer, mine);
      return new TlsLink(socket.getInputStream(), socket.getOutputStream(), binding);
    } catch (SSLException e) {
      throw Step.TLS.refuse(
          causeIsCertificate(e) ? ChannelError.CERTIFICATE_REFUSED : ChannelError.TLS_FAILED,
          String.valueOf(e.getMessage()),
          e);
    }
  }

  private static void requireParameters(ExtendedSSLSession session, String protocol) {
    if (!session.getProtocol().equals("TLSv1.3")
        || !session.getCipherSuite().equals(SUITE)
        || !PROTOCOL.equals(protocol)) {
      throw Step.TLS.refuse(
          ChannelError.TLS_PARAMETERS,
          session.getProtocol()
              + ", "
              + session.getCipherSuite()
              + ", protocol '"
              + protocol
              + "'");
    }
  }

  private static boolean causeIsCertificate(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return true;
      }
    }
    return false;
  }
}
