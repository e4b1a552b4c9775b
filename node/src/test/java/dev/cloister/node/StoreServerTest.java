package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store over real sockets, by the JDK's own HTTP client. */
@Timeout(60)
class StoreServerTest {

  private static final String PIN = "ab".repeat(32);
  private static final String OTHER = "cd".repeat(32);

  @TempDir private Path directory;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private EventLog log;
  private StoreServer server;
  private int port;
  private Optional<String> caller = Optional.of(PIN);

  @BeforeEach
  void serve() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    log = new EventLog(directory.resolve("log"), InstantSource.system());
    server = make();
    assertThat(server.open()).isEqualTo("127.0.0.1:" + port);
  }

  private StoreServer make() {
    return new StoreServer(
        new StoreFiles(directory.resolve("store")),
        "127.0.0.1",
        port,
        new NodeThreads(log),
        ip -> ip.equals("127.0.0.1") ? caller : Optional.empty());
  }

  @AfterEach
  void end() {
    server.close();
    client.close();
    log.close();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private HttpResponse<byte[]> get(String path) throws Exception {
    return client.send(to(path).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> put(String path, String name, String value, byte[] body)
      throws Exception {
    return client.send(
        to(path).header(name, value).PUT(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String path(String key) {
    return "/store/v1/" + PIN + "/" + key;
  }

  private static String tag(HttpResponse<byte[]> response) {
    return response.headers().firstValue("ETag").orElse("");
  }

  private static String text(HttpResponse<byte[]> response) {
    return Bytes.of(response.body()).toUtf8();
  }

  @Test
  void keepsAValueAndItsVersion() throws Exception {
    assertThat(get(path("state")).statusCode()).isEqualTo(404);
    HttpResponse<byte[]> made = put(path("state"), "If-None-Match", "*", new byte[] {1});
    assertThat(made.statusCode()).isEqualTo(200);
    assertThat(tag(made)).isEqualTo("\"1\"");
    HttpResponse<byte[]> next = put(path("state"), "If-Match", "\"1\"", new byte[] {2, 3});
    assertThat(tag(next)).isEqualTo("\"2\"");
    HttpResponse<byte[]> read = get(path("state"));
    assertThat(read.body()).containsExactly(2, 3);
    assertThat(tag(read)).isEqualTo("\"2\"");
  }

  @Test
  void outlivesItsDaemon() throws Exception {
    put(path("a/b"), "If-None-Match", "*", new byte[] {1});
    put(path("a"), "If-None-Match", "*", new byte[0]);
    Files.writeString(directory.resolve("store").resolve(PIN).resolve("~9"), "left behind");
    server.close();
    server = make();
    server.open();
    assertThat(get(path("a/b")).body()).containsExactly(1);
    assertThat(get(path("a")).body()).isEmpty();
    assertThat(directory.resolve("store").resolve(PIN).resolve("~9")).doesNotExist();
  }

  @Test
  void refusesAWriteOverAnotherVersionAndSaysWhichThereIs() throws Exception {
    put(path("state"), "If-None-Match", "*", new byte[] {1});
    HttpResponse<byte[]> again = put(path("state"), "If-None-Match", "*", new byte[] {2});
    assertThat(again.statusCode()).isEqualTo(412);
    assertThat(tag(again)).isEqualTo("\"1\"");
    assertThat(text(again)).contains("CL-NOD-036");
    assertThat(put(path("state"), "If-Match", "\"2\"", new byte[] {2}).statusCode()).isEqualTo(412);
    assertThat(put(path("new"), "If-Match", "\"1\"", new byte[] {2}).statusCode()).isEqualTo(412);
    assertThat(get(path("state")).body()).containsExactly(1);
    assertThat(get(path("new")).statusCode()).isEqualTo(404);
  }

  @Test
  void letsExactlyOneOfManyWritersWin() throws Exception {
    put(path("state"), "If-None-Match", "*", new byte[] {0});
    try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
      Callable<Integer> write =
          () -> put(path("state"), "If-Match", "\"1\"", new byte[] {1}).statusCode();
      int won = 0;
      for (Future<Integer> one : pool.invokeAll(List.of(write, write, write, write))) {
        won += one.get() == 200 ? 1 : 0;
      }
      assertThat(won).isEqualTo(1);
    }
    assertThat(tag(get(path("state")))).isEqualTo("\"2\"");
  }

  @Test
  void wantsEveryWriteToSayWhatItReplaces() throws Exception {
    for (String condition : List.of("*", "1", "\"0\"", "\"-1\"", "W/\"1\"", "\"1\",\"2\"")) {
      HttpResponse<byte[]> refused = put(path("state"), "If-Match", condition, new byte[1]);
      assertThat(refused.statusCode()).as(condition).isEqualTo(400);
      assertThat(text(refused)).contains("CL-NOD-037");
    }
    assertThat(text(put(path("state"), "X-Nothing", "1", new byte[1]))).contains("CL-NOD-037");
    assertThat(text(put(path("state"), "If-None-Match", "\"1\"", new byte[1])))
        .contains("CL-NOD-037");
  }

  @Test
  void servesOnlyCoordinatorsAndOnlyTheirOwnDeployment() throws Exception {
    HttpResponse<byte[]> foreign = get("/store/v1/" + OTHER + "/state");
    assertThat(foreign.statusCode()).isEqualTo(403);
    assertThat(text(foreign)).contains("CL-NOD-034");
    caller = Optional.empty();
    assertThat(get(path("state")).statusCode()).isEqualTo(403);
    assertThat(put(path("state"), "If-None-Match", "*", new byte[1]).statusCode()).isEqualTo(403);
    assertThat(directory.resolve("store").resolve(PIN)).doesNotExist();
  }

  @Test
  void refusesPathsThatAreNoKeys() throws Exception {
    for (String key :
        List.of(
            "",
            "..",
            ".",
            "a/../b",
            "a/./b",
            "a//b",
            "/a",
            "a/",
            "A",
            "a_b",
            "~1",
            "k".repeat(StoreFiles.MAX_KEY + 1))) {
      assertThat(StoreFiles.isKey(key)).as(key).isFalse();
    }
    assertThat(text(get(path("A")))).contains("CL-RPC-017");
    assertThat(text(get("/store/v1/" + PIN))).contains("CL-RPC-017");
    assertThat(text(get("/store/v1/" + PIN.substring(1) + "/state"))).contains("CL-RPC-017");
    assertThat(text(get("/store/v1/" + PIN.toUpperCase(java.util.Locale.ROOT) + "/state")))
        .contains("CL-NOD-034");
    assertThat(StoreFiles.isKey("k".repeat(StoreFiles.MAX_KEY))).isTrue();
  }

  @Test
  void takesValuesUpToItsLimitAndNoLonger() throws Exception {
    byte[] value = new byte[(int) StoreFiles.MAX_VALUE];
    new Random(1).nextBytes(value);
    assertThat(put(path("large"), "If-None-Match", "*", value).statusCode()).isEqualTo(200);
    assertThat(get(path("large")).body()).isEqualTo(value);
    assertThat(refusedOrCut("larger", new byte[value.length + 1])).isTrue();
    assertThat(get(path("larger")).statusCode()).isEqualTo(404);
  }

  /** A body that nobody reads may end its connection before the answer is seen. */
  private boolean refusedOrCut(String key, byte[] value) throws Exception {
    try {
      return put(path(key), "If-None-Match", "*", value).statusCode() == 413;
    } catch (IOException _) {
      return true;
    }
  }

  @Test
  void keepsABoundedNumberOfKeys() throws Exception {
    StoreFiles files = new StoreFiles(directory.resolve("bounded"));
    for (int i = 0; i < StoreFiles.MAX_KEYS; i++) {
      Files.createDirectories(directory.resolve("bounded").resolve(PIN));
      Files.write(directory.resolve("bounded").resolve(PIN).resolve("k" + i), new byte[9]);
    }
    InputStream content = new ByteArrayInputStream(new byte[1]);
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> files.compareAndSwap(PIN, "one-more", 0, content))
        .isInstanceOfSatisfying(
            dev.cloister.encoding.CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(NodeError.STORE_FULL));
  }

  @Test
  void endsWithTheLastCoordinatorAndBeginsAgain() throws Exception {
    server.close();
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> get(path("state")))
        .isInstanceOf(IOException.class);
    server.open();
    assertThat(get(path("state")).statusCode()).isEqualTo(404);
  }
}
