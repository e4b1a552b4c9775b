package dev.cloister.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over real Unix sockets. */
class HttpServerTest {

  private static final HttpLimits LIMITS =
      new HttpLimits(1024, 64, Duration.ofMillis(400), Duration.ofSeconds(2), 4, 4);

  @TempDir Path directory;
  private HttpServer server;
  private Path socket;

  @BeforeEach
  void serve() throws Exception {
    socket = directory.resolve("api.sock");
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    server = new HttpServer(listener, LIMITS, Thread.ofVirtual().factory(), HttpServerTest::answer);
    server.start();
  }

  @AfterEach
  void end() {
    server.close();
  }

  private static HttpResponse answer(HttpRequest request) throws IOException {
    return switch (request.method() + " " + request.target()) {
      case "POST /echo" -> HttpResponse.of(200, "text/plain", request.content(64));
      case "GET /large" ->
          HttpResponse.of(200, "application/octet-stream", Bytes.of(new byte[1_000_000]));
      case "GET /refused" ->
          throw new CloisterException(RpcError.TOO_MANY_CALLS, "here", "not now");
      case "GET /bug" -> throw new IllegalStateException("the secret is 42");
      default -> throw request.unknown();
    };
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(socket));
  }

  private String ask(String request) throws IOException {
    try (SocketChannel channel = connect()) {
      write(channel, request);
      return rest(channel);
    }
  }

  private static void write(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String rest(SocketChannel channel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer piece = ByteBuffer.allocate(8192);
    while (channel.read(piece) >= 0) {
      all.write(piece.array(), 0, piece.position());
      piece.clear();
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  private static String post(String path, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: a\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  @Test
  void answersAPlainRequestAndCloses() throws Exception {
    assertThat(ask(post("/echo", "hello")))
        .startsWith("HTTP/1.1 200 \r\n")
        .contains("Content-Length: 5\r\n")
        .contains("Connection: close\r\n")
        .endsWith("\r\n\r\nhello");
  }

  @Test
  void sendsAnswersThatAreLongerThanTheBuffersOfTheKernel() throws Exception {
    assertThat(ask("GET /large HTTP/1.1\r\nHost: a\r\n\r\n")).hasSizeGreaterThan(1_000_000);
  }

  @Test
  void takesARequestThatComesByteByByte() throws Exception {
    try (SocketChannel channel = connect()) {
      for (char one : post("/echo", "ab").toCharArray()) {
        write(channel, String.valueOf(one));
      }
      assertThat(rest(channel)).endsWith("ab");
    }
  }

  @Test
  void refusesWhatTheHandlerRefusesWithItsCode() throws Exception {
    assertThat(ask("GET /refused HTTP/1.1\r\nHost: a\r\n\r\n"))
        .startsWith("HTTP/1.1 429 ")
        .contains("\"code\":\"CL-RPC-010\"", "\"where\":\"here\"");
    assertThat(ask("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"))
        .startsWith("HTTP/1.1 404 ")
        .contains("CL-RPC-017");
    assertThat(ask("DELETE /echo HTTP/1.1\r\nHost: a\r\n\r\n")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void saysNothingOfAMistakeOfItsOwn() throws Exception {
    assertThat(ask("GET /bug HTTP/1.1\r\nHost: a\r\n\r\n"))
        .startsWith("HTTP/1.1 500 ")
        .contains("CL-RPC-013")
        .doesNotContain("42");
  }

  @Test
  void refusesEveryRequestThatCouldBeReadInTwoWays() throws Exception {
    List<String> requests =
        List.of(
            "GET /x HTTP/1.0\r\nHost: a\r\n\r\n",
            "GET /x HTTP/1.1\r\n\r\n",
            "GET  /x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /x?a=b HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /%78 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n",
            "get /x HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /x HTTP/1.1\nHost: a\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost : a\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a\r\n more\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a\u00e4\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
            "POST /echo HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\nx");
    for (String request : requests) {
      assertThat(ask(request)).as(request).startsWith("HTTP/1.1 400 ").contains("CL-RPC-016");
    }
  }

  @Test
  void refusesHeadsFieldsAndBodiesBeyondTheirLimits() throws Exception {
    String field = "X: " + "y".repeat(1000) + "\r\n";
    assertThat(ask("GET /x HTTP/1.1\r\nHost: a\r\n" + field + "\r\n"))
        .startsWith("HTTP/1.1 413 ")
        .contains("CL-RPC-018");
    StringBuilder many = new StringBuilder("GET /x HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 32; i++) {
      many.append("X").append(i).append(": y\r\n");
    }
    assertThat(ask(many + "\r\n")).startsWith("HTTP/1.1 413 ");
    assertThat(ask(post("/echo", "x".repeat(65)))).startsWith("HTTP/1.1 413 ");
    assertThat(ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\n"))
        .startsWith("HTTP/1.1 413 ");
  }

  @Test
  void givesUpOnThoseWhoAreSlowInTheHeadOrInTheBody() throws Exception {
    assertThat(ask("GET /x HTT")).startsWith("HTTP/1.1 503 ").contains("CL-RPC-019");
    assertThat(ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"))
        .startsWith("HTTP/1.1 503 ")
        .contains("CL-RPC-019");
  }

  @Test
  void closesConnectionsBeyondItsLimitAndServesAgainWhenOthersEnd() throws Exception {
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < LIMITS.connections(); i++) {
      silent.add(connect());
    }
    Thread.sleep(100);
    try (SocketChannel further = connect()) {
      assertThat(rest(further)).isEmpty();
    }
    for (SocketChannel one : silent) {
      one.close();
    }
    String answer = "";
    for (int i = 0; i < 50 && answer.isEmpty(); i++) {
      Thread.sleep(20);
      try {
        answer = ask(post("/echo", "again"));
      } catch (IOException _) {
        answer = "";
      }
    }
    assertThat(answer).endsWith("again");
  }

  @Test
  void survivesGarbage() throws Exception {
    Random random = new Random(20261124);
    CountDownLatch done = new CountDownLatch(1);
    Thread asking =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < 300; i++) {
                byte[] bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
                try {
                  ask(new String(bytes, StandardCharsets.ISO_8859_1) + "\r\n\r\n");
                } catch (IOException _) {
                  // Closed in the middle of it.
                }
              }
              done.countDown();
            });
    done.await();
    asking.join();
    assertThat(ask(post("/echo", "still"))).endsWith("still");
  }
}
