package dev.cloister.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.client.AttestDocument;
import dev.cloister.encoding.Bytes;
import dev.cloister.rpc.HttpLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Slow, half-open, huge and garbage clients are dropped in bounded time; honest ones go on. */
@Timeout(60)
class HttpsStrangersTest {

  private static final HttpLimits LIMITS =
      new HttpLimits(2048, 1024, Duration.ofSeconds(1), Duration.ofSeconds(2), 8, 6);

  private Running running = Running.ready();
  private HttpsPort port = port();
  private final List<Socket> strangers = new ArrayList<>();

  HttpsStrangersTest() throws Exception {}

  private HttpsPort port() throws Exception {
    return new HttpsPort(running.coordinator(), new OwnCredential(running.coordinator()), LIMITS);
  }

  @BeforeEach
  void isServed() throws Exception {
    honest();
  }

  @AfterEach
  void end() throws Exception {
    for (Socket stranger : strangers) {
      stranger.close();
    }
    port.close();
    running.close();
  }

  private void honest() throws Exception {
    String answer = port.attest(AttestDocument.request(Bytes.zeros(32)).toUtf8());
    assertThat(HttpsPort.status(answer)).isEqualTo(200);
  }

  private Socket raw() throws Exception {
    Socket socket = port.raw();
    strangers.add(socket);
    return socket;
  }

  private SSLSocket tls() throws Exception {
    SSLSocket socket = port.tls();
    strangers.add(socket);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** The server ends the connection, by a close or a reset, within this time. */
  private static void assertDropped(Socket socket, Duration within) throws Exception {
    long begin = System.nanoTime();
    try {
      socket.setSoTimeout(20_000);
      HttpsPort.rest(socket.getInputStream());
    } catch (java.net.SocketTimeoutException e) {
      throw e;
    } catch (IOException _) {
      // A reset, or TLS that ends without a word.
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(within);
  }

  @Test
  void clientsThatSayNothingBeforeAndAfterTheHandshakeAreDropped() throws Exception {
    Socket silent = raw();
    SSLSocket shaken = tls();
    honest();
    assertDropped(silent, Duration.ofSeconds(6));
    assertDropped(shaken, Duration.ofSeconds(6));
    honest();
  }

  @Test
  void aHandshakeThatDripsIsDropped() throws Exception {
    Socket dripping = raw();
    Thread drip =
        Thread.ofVirtual()
            .start(() -> drip(dripping, "\u0016\u0003\u0001\u0010\u0000" + "x".repeat(1000)));
    honest();
    assertDropped(dripping, Duration.ofSeconds(6));
    drip.interrupt();
  }

  @Test
  void aHeadAndABodyThatDripAreDroppedThoughEachByteComesInTime() throws Exception {
    SSLSocket head = tls();
    SSLSocket body = tls();
    send(body, HttpsPort.attestRequest(" ".repeat(900)).stripTrailing());
    Thread first = Thread.ofVirtual().start(() -> drip(head, "GET /" + "x".repeat(1000)));
    Thread second = Thread.ofVirtual().start(() -> drip(body, " ".repeat(500)));
    honest();
    assertDropped(head, Duration.ofSeconds(6));
    assertDropped(body, Duration.ofSeconds(6));
    first.interrupt();
    second.interrupt();
  }

  private static void drip(Socket socket, String text) {
    try {
      OutputStream out = socket.getOutputStream();
      for (byte one : text.getBytes(StandardCharsets.ISO_8859_1)) {
        out.write(one);
        out.flush();
        Thread.sleep(100);
      }
    } catch (IOException | InterruptedException _) {
      // It was dropped.
    }
  }

  @Test
  void garbageInsteadOfTlsIsDropped() throws Exception {
    byte[] garbage = new byte[8192];
    for (int i = 0; i < 20; i++) {
      Shop.RANDOM.nextBytes(garbage);
      try (Socket socket = port.raw()) {
        try {
          socket.getOutputStream().write(garbage);
        } catch (IOException _) {
          // It was dropped already.
        }
        assertDropped(socket, Duration.ofSeconds(6));
      }
    }
    try (Socket plain = port.raw()) {
      send(plain, "GET /healthz HTTP/1.1\r\nHost: c\r\n\r\n");
      assertDropped(plain, Duration.ofSeconds(6));
    }
    honest();
  }

  @Test
  void garbageAndHugeHeadsInsideTlsAreRefused() throws Exception {
    assertThat(port.ask("\u0000\u0001\u0002garbage\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("CL-RPC-016");
    assertThat(port.ask("GET /metrics HTTP/1.1\r\nHost: c\r\nX: " + "x".repeat(3000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 413")
        .contains("CL-RPC-018");
    assertThat(port.ask("POST /attest HTTP/1.1\r\nHost: c\r\nContent-Length: 999999999\r\n\r\n"))
        .startsWith("HTTP/1.1 413")
        .contains("CL-RPC-018");
    assertThat(
            port.ask(
                "POST /attest HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .contains("CL-RPC-016");
    honest();
  }

  @Test
  void aClientThatDoesNotReadItsAnswerIsDropped() throws Exception {
    Socket slow = raw();
    slow.setReceiveBufferSize(1024);
    SSLSocket asking = tls();
    send(asking, HttpsPort.attestRequest(AttestDocument.request(Bytes.zeros(32)).toUtf8()));
    honest();
    Thread.sleep(4000);
    honest();
  }

  @Test
  void oneAddressDoesNotTakeAllPlacesAndAllPlacesComeBack() throws Exception {
    for (int i = 0; i < LIMITS.ofOnePeer(); i++) {
      raw();
    }
    assertDropped(raw(), Duration.ofMillis(900));
    Thread.sleep(2500);
    honest();
  }

  @Test
  void thousandsOfConnectionsThatAreCutOffLeaveNothingBehind() throws Exception {
    for (int i = 0; i < 1000; i++) {
      try (Socket socket = port.raw()) {
        if (i % 2 == 0) {
          send(socket, "\u0016\u0003\u0001\u0002\u0000");
        }
        socket.setSoLinger(true, 0);
      }
    }
    Thread.sleep(1500);
    for (int i = 0; i < 10; i++) {
      honest();
    }
  }
}
