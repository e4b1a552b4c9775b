package dev.cloister.client;

import static dev.cloister.client.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.client.Shop.Chronicle;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.IdentityName;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plain HTTPS, whose server proves nothing by its certificate. */
class HttpsAttestTest {

  private static final Chronicle CHRONICLE = Chronicle.begin();

  /** What the server sends back to a request's body. */
  private interface Reply {
    void write(Bytes body, OutputStream out) throws IOException;
  }

  private SSLServerSocket server;
  private volatile Reply reply = HttpsAttestTest::honest;

  @BeforeEach
  void listen() throws Exception {
    server =
        (SSLServerSocket)
            TestAuthority.root("anybody")
                .server("anything" + IdentityName.SUFFIX)
                .getServerSocketFactory()
                .createServerSocket(0, 8, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        Bytes body = readRequest(new BufferedInputStream(socket.getInputStream()));
        reply.write(body, socket.getOutputStream());
      } catch (IOException _) {
        // The client has gone, or the test is over.
      }
    }
  }

  private static Bytes readRequest(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("cut");
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.US_ASCII);
    assertThat(text).startsWith("POST /attest HTTP/1.1\r\n");
    String length = text.replaceAll("(?s).*Content-Length: (\\d+).*", "$1");
    return Bytes.of(in.readNBytes(Integer.parseInt(length)));
  }

  private static void honest(Bytes body, OutputStream out) throws IOException {
    CoordinatorState state = CHRONICLE.state();
    EvidenceBatcher.Batched batched =
        new EvidenceBatcher(Shop.attester(Shop.COORDINATOR), Duration.ZERO, 1)
            .evidence(AttestDocument.leaf(AttestDocument.parseRequest(body), state));
    Bytes answer =
        new AttestDocument(state, CHRONICLE.entries(), batched.path(), batched.evidence())
            .document();
    out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: " + answer.size() + "\r\n\r\n"));
    out.write(answer.toArray());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private VerifiedDeployment verify(ClientLimits limits) {
    return VerifiedDeployment.verify(
        Shop.SHOP.pin(),
        new CoordinatorAddress(server.getInetAddress().getHostAddress(), server.getLocalPort()),
        VerifyOptions.withoutMemory().allowingSimulated().overHttps().within(limits),
        Shop.CLOCK,
        Shop.RANDOM);
  }

  private void assertUnreachable() {
    assertRefused(ClientError.UNREACHABLE, () -> verify(ClientLimits.STANDARD));
  }

  @Test
  void verifiesWhoeverServesIt() {
    assertThat(verify(ClientLimits.STANDARD).coordinator().history().head())
        .isEqualTo(CHRONICLE.head());
  }

  @Test
  void refusesAnAnswerThatWasMadeForSomebodyElse() {
    reply = (body, out) -> honest(AttestDocument.request(Bytes.zeros(32)), out);
    assertRefused(
        ClientError.EVIDENCE_DIFFERS, "report.reportData", () -> verify(ClientLimits.STANDARD));
  }

  @Test
  void takesNothingButTheStatus200() {
    reply = (body, out) -> out.write(ascii("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"));
    assertUnreachable();
    reply =
        (body, out) ->
            out.write(
                ascii(
                    "HTTP/1.1 307 Elsewhere\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"));
    assertUnreachable();
    reply = (body, out) -> out.write(ascii("garbage\r\n\r\n"));
    assertUnreachable();
  }

  @Test
  void refusesAnAnswerThatNeverEnds() {
    reply =
        (body, out) -> {
          out.write(ascii("HTTP/1.1 200 OK\r\n\r\n"));
          byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
          for (int sent = 0; sent <= 2 * AttestDocument.MAX_SIZE; sent += spaces.length) {
            out.write(spaces);
          }
        };
    assertRefused(ClientError.HISTORY_TOO_LARGE, "answer", () -> verify(ClientLimits.STANDARD));
  }

  @Test
  void refusesAnAnswerThatDrips() {
    reply =
        (body, out) -> {
          out.write(ascii("HTTP/1.1 200 OK\r\n\r\n"));
          for (int i = 0; i < 100; i++) {
            out.write(' ');
            out.flush();
            pause();
          }
        };
    ClientLimits soon =
        ClientLimits.STANDARD.withVerification(Duration.ofMillis(300), Long.MAX_VALUE);
    assertRefused(ClientError.HISTORY_TOO_LARGE, "answer", () -> verify(soon));
  }

  private static void pause() {
    try {
      Thread.sleep(Duration.ofMillis(50));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
