package dev.cloister.coordinator;

import static dev.cloister.coordinator.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node's store is not trusted: it may answer anything, late, or never. */
class HostileStoreTest {

  private static final Duration LIMIT = Duration.ofMillis(600);

  @TempDir Path directory;

  /** A server that gives the same answer to everybody and counts who asked. */
  private static final class Liar implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final AtomicInteger asked = new AtomicInteger();

    Liar(String answer, boolean drips) throws Exception {
      Thread.ofVirtual()
          .start(() -> {
            while (!socket.isClosed()) {
              try {
                Socket peer = socket.accept();
                asked.incrementAndGet();
                Thread.ofVirtual().start(() -> answer(peer, answer, drips));
              } catch (IOException _) {
                return;
              }
            }
          });
    }

    private static void answer(Socket peer, String answer, boolean drips) {
      try (peer;
          OutputStream out = peer.getOutputStream()) {
        for (byte one : answer.getBytes(StandardCharsets.ISO_8859_1)) {
          out.write(one);
          if (drips) {
            Thread.sleep(50);
          }
        }
        peer.getInputStream().skipNBytes(1 << 20);
      } catch (IOException | InterruptedException _) {
        // It has gone.
      }
    }

    HttpStore store() {
      return HttpStore.of(
          "http://127.0.0.1:" + socket.getLocalPort(), Shop.SHOP.pin().digest(), LIMIT);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static final String TAGGED = "HTTP/1.1 200 OK\r\nETag: \"7\"\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nETag: 7\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nETag: \"0\"\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nETag: \"99999999999999999999\"\r\nContent-Length: 1\r\n\r\nx",
        TAGGED + "\r\nx",
        TAGGED + "Content-Length: 0\r\n\r\n",
        TAGGED + "Content-Length: 33554433\r\n\r\nx",
        TAGGED + "Content-Length: -1\r\n\r\nx",
        TAGGED + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        TAGGED + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
        TAGGED + "Content-Length: 1\r\n folded\r\n\r\nx",
        "HTTP/1.1 200 OK\nETag: \"7\"\nContent-Length: 1\n\nx\r\n\r\n",
        "HTTP/1.0 200 OK\r\nETag: \"7\"\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 301 Moved\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 999 Oops\r\nContent-Length: 0\r\n\r\n",
        "garbage\r\n\r\n",
      })
  void anAnswerThatIsNotOfTheStrictKindIsTakenAtNoTry(String answer) throws Exception {
    try (Liar liar = new Liar(answer, false)) {
      assertRefused(CoordinatorError.STORE_FAILED, () -> liar.store().read("head"));
      assertRefused(
          CoordinatorError.STORE_FAILED,
          () -> liar.store().compareAndSwap("head", 9, Bytes.ofUtf8("x")));
    }
  }

  @Test
  void anAnswerWithTooManyFieldsOrALongHeadIsRefused() throws Exception {
    StringBuilder many = new StringBuilder(TAGGED);
    for (int i = 0; i < 100; i++) {
      many.append("X-").append(i).append(": y\r\n");
    }
    String longHead = TAGGED + "X: " + "y".repeat(20_000) + "\r\nContent-Length: 1\r\n\r\nx";
    for (String answer : new String[] {many + "Content-Length: 1\r\n\r\nx", longHead}) {
      try (Liar liar = new Liar(answer, false)) {
        assertRefused(CoordinatorError.STORE_FAILED, () -> liar.store().read("head"));
      }
    }
  }

  @Test
  void aVersionThatDoesNotFollowTheReplacedOneIsRefused() throws Exception {
    try (Liar liar = new Liar(TAGGED + "Content-Length: 0\r\n\r\n", false)) {
      assertThat(liar.store().compareAndSwap("head", 6, Bytes.ofUtf8("x"))).isEqualTo(7);
      assertRefused(
          CoordinatorError.STORE_FAILED,
          "version 7 follows 7",
          () -> liar.store().compareAndSwap("head", 7, Bytes.ofUtf8("x")));
    }
  }

  @Test
  void aReadIsRepeatedAFewTimesAndAWriteIsNot() throws Exception {
    try (Liar liar = new Liar("HTTP/1.1 200 OK\r\nContent-Le", false)) {
      assertRefused(CoordinatorError.STORE_FAILED, () -> liar.store().read("head"));
      assertThat(liar.asked).hasValue(4);
      assertRefused(
          CoordinatorError.STORE_FAILED,
          () -> liar.store().compareAndSwap("head", 0, Bytes.ofUtf8("x")));
      assertThat(liar.asked).hasValue(5);
    }
  }

  @Test
  void aDrippingAnswerEndsInTime() throws Exception {
    try (Liar liar = new Liar(TAGGED + "Content-Length: 1\r\n\r\nx", true)) {
      long begin = System.nanoTime();
      assertRefused(
          CoordinatorError.STORE_FAILED,
          () -> liar.store().compareAndSwap("head", 0, Bytes.ofUtf8("x")));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "https://127.0.0.1:1",
        "http://127.0.0.1",
        "http://127.0.0.1:0",
        "http://127.0.0.1:65536",
        "http://store.example:7445",
        "http://127.0.0.1:7445/",
        "http://user@127.0.0.1:7445",
        "http://999.0.0.1:7445",
        "http://[::g]:7445",
      })
  void anAddressThatIsNoNumericUrlIsRefused(String url) {
    assertRefused(
        CoordinatorError.BAD_START, () -> HttpStore.of(url, Shop.SHOP.pin().digest(), LIMIT));
  }

  @Test
  void aFileThatNoStoreWroteIsRefused() throws Exception {
    FileStore store = new FileStore(directory);
    store.compareAndSwap("head", 0, Bytes.ofUtf8("one"));
    Path file = directory.resolve("head");
    byte[] good = Files.readAllBytes(file);
    byte[] zero = good.clone();
    zero[15] = 0;
    byte[] magic = good.clone();
    magic[0] ^= 1;
    for (byte[] bad : new byte[][] {{}, java.util.Arrays.copyOf(good, 16), zero, magic}) {
      Files.write(file, bad);
      assertRefused(CoordinatorError.STORE_MALFORMED, () -> store.read("head"));
    }
  }
}
