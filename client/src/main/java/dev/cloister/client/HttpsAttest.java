package dev.cloister.client;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Asks {@code POST /attest} over plain HTTPS. The server's certificate is not looked at: the
 * evidence in the answer covers the nonce and everything that is used of the answer, so it does not
 * matter who carried it. What is learned is the CAs, with which real connections are made.
 */
final class HttpsAttest {

  private static final int PIECE = 64 << 10;

  private final ClientLimits limits;
  private final SecureRandom random;

  HttpsAttest(ClientLimits limits, SecureRandom random) {
    this.limits = limits;
    this.random = random;
  }

  AttestDocument ask(CoordinatorAddress address, Bytes nonce) {
    try {
      HttpsURLConnection connection = connection(address);
      try {
        return AttestDocument.parse(exchange(connection, AttestDocument.request(nonce)));
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      throw new CloisterException(
          ClientError.UNREACHABLE, address.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  private HttpsURLConnection connection(CoordinatorAddress address) throws IOException {
    URI uri;
    try {
      uri = new URI("https", null, address.host(), address.port(), "/attest", null, null);
    } catch (URISyntaxException e) {
      throw new CloisterException(
          ClientError.BAD_ADDRESS, address.toString(), "is no host of a URL", e);
    }
    HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    connection.setSSLSocketFactory(context().getSocketFactory());
    connection.setHostnameVerifier((_, _) -> true);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setConnectTimeout(millis(limits.connect()));
    connection.setReadTimeout(millis(limits.call()));
    connection.setRequestMethod("POST");
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setRequestProperty("Accept", "application/json");
    return connection;
  }

  private Bytes exchange(HttpsURLConnection connection, Bytes request) throws IOException {
    long end = System.nanoTime() + limits.verification().toNanos();
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(request.size());
    try (OutputStream out = connection.getOutputStream()) {
      out.write(request.toArray());
    }
    int status = connection.getResponseCode();
    if (status != HttpsURLConnection.HTTP_OK) {
      throw new IOException("status " + status + " instead of 200");
    }
    try (InputStream in = connection.getInputStream()) {
      return read(in, end);
    }
  }

  private static Bytes read(InputStream in, long end) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] piece = new byte[PIECE];
    for (int got = in.read(piece); got >= 0; got = in.read(piece)) {
      all.write(piece, 0, got);
      if (all.size() > AttestDocument.MAX_SIZE || System.nanoTime() - end > 0) {
        throw new CloisterException(
            ClientError.HISTORY_TOO_LARGE,
            "answer",
            "more than " + AttestDocument.MAX_SIZE + " bytes, or too slow");
      }
    }
    return Bytes.of(all.toByteArray());
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }

  private SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, new TrustManager[] {new Anyone()}, random);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS 1.3", e);
    }
  }

  /** Lets any server carry the answer; see the class. */
  private static final class Anyone extends X509ExtendedTrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new IllegalStateException("this is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
      throw new IllegalStateException("this is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      throw new IllegalStateException("this is no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
