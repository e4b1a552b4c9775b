package dev.cloister.collateral;

import static dev.cloister.collateral.TestBundle.BARE;
import static dev.cloister.collateral.TestBundle.NOW;
import static dev.cloister.collateral.TestBundle.VENDOR;
import static dev.cloister.collateral.TestBundle.WHOLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.EarliestTime;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.SnpEvidence;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vendor's service on loopback that is slow to answer, lies, stalls, or goes away. */
class CollateralFinderTest {

  @TempDir private Path directory = Path.of("");

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private HttpServer server = start();
  private Behaviour behaviour = CollateralFinderTest::answer;
  private Instant now = NOW;

  /** What the service does with a question. */
  private interface Behaviour {
    void answer(HttpExchange exchange) throws IOException;
  }

  private static HttpServer start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      return server;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void serve() {
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          try (exchange) {
            behaviour.answer(exchange);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    send(exchange, 200, body(exchange.getRequestURI().getPath()));
  }

  private static Bytes body(String path) {
    if (path.endsWith("/crl")) {
      return WHOLE.revocationLists().getFirst();
    }
    if (path.endsWith("/cert_chain")) {
      return Bytes.ofUtf8(pem(WHOLE.certificates().get(1)) + pem(WHOLE.certificates().get(2)));
    }
    return WHOLE.certificates().getFirst();
  }

  private static String pem(Bytes der) {
    return "-----BEGIN CERTIFICATE-----\n" + der.toBase64() + "\n-----END CERTIFICATE-----\n";
  }

  private static void send(HttpExchange exchange, int status, Bytes body) throws IOException {
    exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.size());
    exchange.getResponseBody().write(body.toArray());
  }

  private CollateralFinder finder() {
    InstantSource clock = () -> now;
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new CollateralFinder(
        VendorServices.at(address),
        CollateralStore.open(directory.resolve("store")),
        EvidenceVerifier.allowingSimulated(),
        Duration.ofDays(1),
        clock,
        new Fetcher(Duration.ofSeconds(2), clock, pauses::add));
  }

  private SnpEvidence complete() {
    return (SnpEvidence) finder().complete(BARE, VENDOR.trustAnchor(), NOW);
  }

  private void assertFails(CollateralError code) {
    assertThatThrownBy(this::complete)
        .isInstanceOfSatisfying(CloisterException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private long stored() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("store"))) {
      return files.count();
    }
  }

  @Test
  void completesEvidenceAndAsksOnlyOnce() {
    SnpEvidence complete = complete();
    assertThat(complete.certificates()).containsExactlyElementsOf(WHOLE.certificates());
    assertThat(complete.revocationLists()).isEqualTo(WHOLE.revocationLists());
    assertThat(asked).hasSize(3);
    assertThat(asked.getFirst())
        .startsWith("/vcek/v1/Genoa/")
        .contains("?blSPL=")
        .contains("&teeSPL=")
        .contains("&snpSPL=")
        .contains("&ucodeSPL=");
    complete();
    assertThat(asked).hasSize(3);
  }

  @Test
  void asksAgainWhenWhatItHasIsTooOld() {
    complete();
    now = NOW.plus(Duration.ofHours(25));
    complete();
    assertThat(asked).hasSize(6);
  }

  /** Nothing is silently stale: what is too old is not used because nothing newer can be had. */
  @Test
  void failsWhenTheServiceIsGoneAndWhatItHasIsTooOld() {
    complete();
    server.stop(0);
    assertThat(complete().certificates()).hasSize(3);
    now = NOW.plus(Duration.ofHours(25));
    assertFails(CollateralError.UNREACHABLE);
    assertThat(pauses).hasSize(4);
  }

  @Test
  void waitsAsLongAsAnOverloadedServiceAsks() {
    behaviour =
        exchange -> {
          if (asked.size() < 3) {
            exchange.getResponseHeaders().set("Retry-After", "11");
            send(exchange, 429, Bytes.EMPTY);
          } else {
            answer(exchange);
          }
        };
    complete();
    assertThat(pauses).containsExactly(Duration.ofSeconds(11), Duration.ofSeconds(11));
  }

  @Test
  void waitsLongerEachTimeAndGivesUp() {
    behaviour = exchange -> send(exchange, 503, Bytes.EMPTY);
    assertFails(CollateralError.UNREACHABLE);
    assertThat(pauses)
        .containsExactly(
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(8),
            Duration.ofSeconds(16));
  }

  @Test
  void neverWaitsLongerThanAMinute() {
    behaviour =
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "9999");
          send(exchange, 429, Bytes.EMPTY);
        };
    assertFails(CollateralError.UNREACHABLE);
    assertThat(pauses).containsOnly(Duration.ofSeconds(60));
  }

  @Test
  void givesUpOnAServiceThatStallsInTheMiddleOfAnAnswer() {
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush();
          pauseFor(Duration.ofSeconds(4));
        };
    assertFails(CollateralError.UNREACHABLE);
  }

  private static void pauseFor(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void refusesAnAnswerWithoutEnd() {
    behaviour =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] piece = new byte[64 * 1024];
          for (int i = 0; i < 16; i++) {
            exchange.getResponseBody().write(piece);
          }
        };
    assertFails(CollateralError.TOO_LARGE);
  }

  @Test
  void keepsNothingOfAServiceThatLies() throws IOException {
    behaviour =
        exchange -> {
          byte[] body = body(exchange.getRequestURI().getPath()).toArray();
          body[body.length - 10] ^= 1;
          send(exchange, 200, Bytes.of(body));
        };
    assertFailsAny();
    assertThat(stored()).isZero();
  }

  private void assertFailsAny() {
    assertThatThrownBy(this::complete).isInstanceOf(CloisterException.class);
  }

  @Test
  void saysWhatTheServiceDoesNotHave() {
    behaviour = exchange -> send(exchange, 404, Bytes.EMPTY);
    assertFails(CollateralError.NOT_THERE);
  }

  @Test
  void followsNoRedirection() {
    behaviour =
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/elsewhere");
          send(exchange, 302, Bytes.EMPTY);
        };
    assertFails(CollateralError.NOT_THERE);
    assertThat(asked).hasSize(1);
  }

  @Test
  void aDamagedFileOfTheStoreCountsAsAbsent() throws IOException {
    complete();
    try (Stream<Path> files = Files.list(directory.resolve("store"))) {
      for (Path file : files.toList()) {
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
      }
    }
    complete();
    assertThat(asked).hasSize(6);
  }

  @Test
  void theStoreIsBounded() throws IOException {
    CollateralStore store = CollateralStore.open(directory.resolve("store"), 3);
    for (int i = 0; i < 10; i++) {
      store.putAll(List.of(new Piece("/piece" + i, Bytes.ofUtf8("x"), Bytes.EMPTY, NOW)));
    }
    assertThat(stored()).isEqualTo(3);
  }

  @Test
  void keepsPiecesOfSeveralDaysUnderOneName() throws IOException {
    CollateralStore store = CollateralStore.open(directory.resolve("store"));
    for (int i = 0; i < 2 * CollateralStore.MAX_OF_ONE_NAME; i++) {
      Instant day = NOW.plus(Duration.ofDays(i));
      store.putAll(List.of(new Piece("/crl", Bytes.ofUtf8("x" + i), Bytes.EMPTY, day)));
    }
    assertThat(stored()).isEqualTo(CollateralStore.MAX_OF_ONE_NAME);
    assertThat(store.get("/crl").orElseThrow().content()).isEqualTo(Bytes.ofUtf8("x15"));
    Piece earlier = new Piece("/crl", Bytes.ofUtf8("x15"), Bytes.EMPTY, NOW);
    store.putAll(List.of(earlier));
    assertThat(store.get("/crl").orElseThrow().fetched()).isEqualTo(NOW.plus(Duration.ofDays(15)));
  }

  @Test
  void refusesATimeBeforeWhatTheStoreProves() {
    CollateralStore.open(directory.resolve("store"))
        .raise(new EarliestTime(NOW.plus(Duration.ofHours(1))));
    assertThatThrownBy(this::complete)
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(AttestationError.TIME_BEFORE_SIGNED_DATA));
    assertThat(asked).isEmpty();
  }
}
