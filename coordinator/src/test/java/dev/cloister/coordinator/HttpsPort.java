package dev.cloister.coordinator;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.channel.Attester;
import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.client.AttestDocument;
import dev.cloister.encoding.Bytes;
import dev.cloister.rpc.HttpLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** The HTTPS port of a Coordinator on loopback, and clients of it. */
final class HttpsPort implements AutoCloseable {

  private final HttpsEndpoint endpoint;
  private final InetSocketAddress address;
  private final AtomicInteger reports = new AtomicInteger();

  HttpsPort(PublicState state, TlsIdentity identity, HttpLimits limits) throws IOException {
    Attester processor = Shop.attester(EvidenceKind.COORDINATOR, Shop.COORDINATOR);
    Attester counted =
        what -> {
          reports.incrementAndGet();
          return processor.attest(what);
        };
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    address = (InetSocketAddress) listener.getLocalAddress();
    endpoint =
        HttpsEndpoint.start(
            state,
            identity,
            new EvidenceBatcher(counted, Duration.ofMillis(100), 64),
            () -> 3,
            listener,
            limits,
            Shop.RANDOM);
  }

  /** That of a Coordinator. */
  static HttpsPort of(Coordinator coordinator) throws IOException {
    return new HttpsPort(coordinator, new OwnCredential(coordinator), HttpsEndpoint.LIMITS);
  }

  /** How many reports the security processor made. */
  int reports() {
    return reports.get();
  }

  /** A connection without TLS. */
  Socket raw() throws IOException {
    return raw(address);
  }

  private static Socket raw(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.connect(address);
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** A connection after its handshake. */
  SSLSocket tls() throws Exception {
    return tls(address);
  }

  private static SSLSocket tls(InetSocketAddress address) throws Exception {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, new TrustManager[] {new Anyone()}, Shop.RANDOM);
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(raw(address), "coordinator", address.getPort(), true);
    socket.startHandshake();
    return socket;
  }

  /** What is answered to these bytes: head and body. */
  String ask(String request) throws Exception {
    return ask(address, request);
  }

  /** What a Coordinator at an address answers to a nonce. */
  static String attest(InetSocketAddress address, Bytes nonce) throws Exception {
    return ask(address, attestRequest(AttestDocument.request(nonce).toUtf8()));
  }

  private static String ask(InetSocketAddress address, String request) throws Exception {
    try (SSLSocket socket = tls(address)) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return rest(socket.getInputStream());
    }
  }

  static String rest(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    in.transferTo(all);
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  String get(String target) throws Exception {
    return ask("GET " + target + " HTTP/1.1\r\nHost: c\r\n\r\n");
  }

  String attest(String body) throws Exception {
    return ask(attestRequest(body));
  }

  static String attestRequest(String body) {
    return "POST /attest HTTP/1.1\r\nHost: c\r\nContent-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  static int status(String answer) {
    return Integer.parseInt(answer.substring(9, 12));
  }

  static Bytes body(String answer) {
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    return Bytes.of(body.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() {
    endpoint.close();
  }

  /** Lets any server answer; evidence decides. */
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
}
