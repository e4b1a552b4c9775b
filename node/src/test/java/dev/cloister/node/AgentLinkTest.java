package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The connection to an agent whose port loses some of the connections, as QEMU's do. */
class AgentLinkTest {

  private static final byte[] READY =
      "\u0001CLOISTER-READY\n".getBytes(StandardCharsets.ISO_8859_1);
  private static final int HELLO_BYTES = READY.length;
  private static final int NONCE_BYTES = 16;

  @TempDir(factory = ShortDirectory.class)
  private Path directory;

  private final AtomicInteger greetings = new AtomicInteger();
  private EventLog log;
  private AgentLink link;
  private ServerSocketChannel port;

  @BeforeEach
  void open() throws Exception {
    log = new EventLog(directory.resolve("log"), InstantSource.system());
    link = new AgentLink(directory, new NodeThreads(log), new Random(1));
    port = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    port.bind(UnixDomainSocketAddress.of(link.callSocket()));
  }

  @AfterEach
  void close() throws Exception {
    link.close();
    port.close();
  }

  /** Answers only the greeting of this number, and keeps all connections open. */
  private void answer(int number) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            while (true) {
              greeted(port.accept(), number);
            }
          } catch (IOException _) {
            // The test is over.
          }
        });
  }

  private void greeted(SocketChannel peer, int number) throws IOException {
    ByteBuffer hello = ByteBuffer.allocate(HELLO_BYTES + NONCE_BYTES);
    while (hello.hasRemaining() && peer.read(hello) >= 0) {
      // A greeting may come in pieces.
    }
    if (greetings.incrementAndGet() == number) {
      peer.write(ByteBuffer.wrap(READY));
      peer.write(hello.flip().position(HELLO_BYTES));
    }
  }

  @Test
  void greetsAgainOnANewConnectionWhereNobodyAnswers() {
    answer(2);

    assertThat(link.calls(Duration.ofSeconds(30))).isNotNull();
    assertThat(greetings).hasValue(2);
  }

  @Test
  void saysThatTheAgentIsSilentWhenTheTimeIsOver() {
    answer(0);

    assertThatThrownBy(() -> link.calls(Duration.ofMillis(300)))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(NodeError.AGENT_SILENT);
              assertThat(e.where()).isEqualTo(link.callSocket().toString());
              assertThat(e.detail()).contains("300 ms");
            });
    assertThat(greetings).hasValue(1);
  }
}
