package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command refuses before anything is verified; the rest is tested with a Coordinator. */
class VerifyCommandTest {

  private static final String PIN = "ab".repeat(32);

  @TempDir private Path directory;

  private Session verify(String target, String... more) {
    String[] arguments = new String[more.length + 4];
    arguments[0] = "verify";
    arguments[1] = target;
    arguments[2] = "--known-heads";
    arguments[3] = directory.resolve("known-heads.json").toString();
    System.arraycopy(more, 0, arguments, 4, more.length);
    return Session.of(arguments);
  }

  @Test
  void needsAPinAndAnAddress() {
    for (String target : new String[] {"203.0.113.7", PIN, "@203.0.113.7", PIN + "@", "1@a"}) {
      Session session = verify(target);
      assertThat(session.status()).as(target).isEqualTo(2);
      assertThat(session.err()).startsWith("error CL-CLT-001 at ");
    }
  }

  @Test
  void saysWhereNothingAnswers() throws Exception {
    int port = closedPort();
    for (String way : new String[] {"--allow-simulated", "--https"}) {
      Session session = verify(PIN + "@127.0.0.1:" + port, way);
      assertThat(session.status()).isEqualTo(3);
      assertThat(session.err()).startsWith("error CL-CLT-002 at 127.0.0.1:" + port);
      assertThat(session.out()).isEmpty();
    }
  }

  @Test
  void doesNotPassOverAMemoryThatItCannotRead() throws Exception {
    Files.writeString(directory.resolve("known-heads.json"), "not JSON");
    Session session = verify(PIN + "@127.0.0.1:" + closedPort(), "-o", "json");
    assertThat(session.status()).isEqualTo(3);
    assertThat(session.out()).contains("\"code\": \"CL-CLT-017\"");
  }

  @Test
  void refusesAPeerThatIsNoCoordinator() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerGarbage(server));
      Session session = verify(PIN + "@127.0.0.1:" + server.getLocalPort());
      assertThat(session.status()).isEqualTo(3);
      assertThat(session.err()).startsWith("error CL-CHN-001 at tls");
    }
  }

  private static void answerGarbage(ServerSocket server) {
    try (java.net.Socket socket = server.accept()) {
      socket
          .getOutputStream()
          .write(
              "HTTP/1.1 400 Bad Request\r\n\r\n"
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
      socket.getInputStream().readNBytes(1);
    } catch (IOException _) {
      // The client closed it.
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return server.getLocalPort();
    }
  }
}
