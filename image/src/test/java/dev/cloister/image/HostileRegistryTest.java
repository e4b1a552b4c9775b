package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostileRegistryTest {

  private static final RegistryOptions IMPATIENT =
      RegistryOptions.defaults().withPatience(Duration.ofSeconds(2), Duration.ofMillis(400), 3);

  @TempDir Path temp;
  private OciLayout layout;
  private Digest layer;

  @BeforeEach
  void makeLayout() throws IOException {
    RawTar tar = new RawTar().member("random", '0', "", ErofsWriterTest.pattern(300_000).toArray());
    layout = new RawLayout(temp.resolve("layout")).plain(tar).finish();
    layer = Digest.of(tar.bytes());
  }

  @Test
  void pullsFromASoundRegistry() throws IOException {
    try (FakeRegistry registry = new FakeRegistry(layout, _ -> false)) {
      ImageDisk disk = pull(registry, IMPATIENT, "store");
      try (ImageRootfs root = ImageRootfs.open(disk.path())) {
        assertThat(root.read("random", 300_000)).contains(ErofsWriterTest.pattern(300_000));
      }
    }
  }

  @Test
  void usesWhatIsThereTheSecondTimeWithoutAskingForBlobs() throws IOException {
    try (FakeRegistry registry = new FakeRegistry(layout, _ -> false)) {
      ImageDisk first = pull(registry, IMPATIENT, "store");
      int before = registry.requests().size();
      ImageDisk second = pull(registry, IMPATIENT, "store");
      assertThat(second).isEqualTo(first);
      assertThat(registry.requests().subList(before, registry.requests().size()))
          .allMatch(request -> request.contains("/manifests/test"));
    }
  }

  @Test
  void aPinnedImageThatIsThereNeedsNoRegistry() throws IOException {
    ImageStore store = ImageStore.open(temp.resolve("store"));
    Reference pinned;
    ImageDisk disk;
    try (FakeRegistry registry = new FakeRegistry(layout, _ -> false);
        RegistryClient client = new RegistryClient(IMPATIENT)) {
      ResolvedImage image = store.resolve(registry.reference(), client);
      pinned = image.pinned();
      disk = store.disk(image, client, ProgressListener.NONE);
    }
    try (RegistryClient client = new RegistryClient(IMPATIENT)) {
      assertThat(store.find(store.resolve(pinned, client))).contains(disk);
    }
    assertThat(store.findByRoot(disk.verity().root())).contains(disk);
  }

  @Test
  void refusesARegistryThatServesAnotherBlob() throws IOException {
    Bytes other = ErofsWriterTest.pattern((int) Files.size(layout.blob(layer)) - 1);
    Bytes same = Bytes.concat(other, Bytes.zeros(1));
    assertRefused(ImageError.BLOB_DIFFERS, "have the digest", onLayer(e -> send(e, same)));
  }

  @Test
  void refusesARegistryThatAnnouncesAnotherLength() throws IOException {
    assertRefused(
        ImageError.BLOB_DIFFERS, "announces 5 bytes", onLayer(e -> send(e, Bytes.zeros(5))));
  }

  @Test
  void refusesARegistryThatSendsWithoutEnd() throws IOException {
    assertRefused(
        ImageError.BLOB_DIFFERS,
        "more than the",
        onLayer(exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] zeros = new byte[1 << 16];
          for (int i = 0; i < 1000; i++) {
            exchange.getResponseBody().write(zeros);
          }
        }));
  }

  @Test
  void refusesARegistryThatStopsInTheMiddle() throws IOException {
    assertRefused(
        ImageError.REGISTRY_STALLED,
        "came in 400 ms",
        onLayer(exchange -> {
          exchange.sendResponseHeaders(200, Files.size(layout.blob(layer)));
          exchange.getResponseBody().write(new byte[10]);
          exchange.getResponseBody().flush();
          Thread.sleep(20_000);
        }));
  }

  @Test
  void refusesARegistryThatNeverAnswers() throws IOException {
    assertRefused(
        ImageError.REGISTRY_STALLED,
        "no answer in 400 ms",
        exchange -> {
          Thread.sleep(20_000);
          return true;
        });
  }

  @Test
  void refusesAManifestWithAnotherDigest() throws IOException {
    try (FakeRegistry registry =
            new FakeRegistry(layout, exchange -> send(exchange, Bytes.ofUtf8("{}")));
        RegistryClient client = new RegistryClient(IMPATIENT)) {
      Reference pinned = registry.reference().at(Digest.of(Bytes.ofUtf8("wanted")));
      assertCode(ImageError.BLOB_DIFFERS, () -> client.manifest(pinned));
    }
  }

  @Test
  void refusesAManifestBeyondItsLimit() throws IOException {
    Bytes large = Bytes.zeros(RegistryClient.MAX_MANIFEST + 1);
    assertRefused(ImageError.LIMIT, "more than", exchange -> send(exchange, large));
  }

  @Test
  void refusesRedirectsWithoutEnd() throws IOException {
    assertRefused(
        ImageError.REGISTRY_PROTOCOL,
        "more than 5 redirects",
        onLayer(exchange -> {
          exchange.getResponseHeaders().set("Location", exchange.getRequestURI() + "?again");
          exchange.sendResponseHeaders(307, -1);
        }));
  }

  @Test
  void refusesARedirectToPlainHttpElsewhere() throws IOException {
    assertRefused(
        ImageError.PLAIN_HTTP,
        "not HTTPS",
        onLayer(exchange -> {
          exchange.getResponseHeaders().set("Location", "http://blobs.invalid/x");
          exchange.sendResponseHeaders(302, -1);
        }));
  }

  @Test
  void refusesALoopOfLogins() throws IOException {
    try (FakeRegistry registry =
        new FakeRegistry(
            layout,
            exchange -> {
              if (exchange.getRequestURI().getPath().equals("/token")) {
                return send(exchange, Bytes.ofUtf8("{\"token\":\"abc\"}"));
              }
              exchange
                  .getResponseHeaders()
                  .set(
                      "WWW-Authenticate",
                      "Bearer realm=\"http://"
                          + exchange.getRequestHeaders().getFirst("Host")
                          + "/token\",service=\"s\"");
              exchange.sendResponseHeaders(401, -1);
              return true;
            })) {
      assertCode(ImageError.REGISTRY_DENIED, () -> pull(registry, IMPATIENT, "store"));
      assertThat(registry.requests()).hasSize(3);
    }
  }

  @Test
  void refusesATokenServerWithoutTls() throws IOException {
    assertRefused(
        ImageError.PLAIN_HTTP,
        "not HTTPS",
        exchange -> {
          exchange
              .getResponseHeaders()
              .set("WWW-Authenticate", "Bearer realm=\"http://tokens.invalid/\"");
          exchange.sendResponseHeaders(401, -1);
          return true;
        });
  }

  @Test
  void refusesAnAnswerThatIsNoHttp() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      Thread.ofVirtual()
          .start(() -> {
            try (java.net.Socket client = socket.accept()) {
              client.getInputStream().read();
              client.getOutputStream().write("garbage\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          });
      try (RegistryClient client = new RegistryClient(IMPATIENT)) {
        Reference reference = Reference.parse("127.0.0.1:" + socket.getLocalPort() + "/x");
        assertCode(ImageError.REGISTRY_UNREACHABLE, () -> client.manifest(reference));
      }
    }
  }

  @Test
  void saysThatARegistryIsMissing() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (RegistryClient client = new RegistryClient(IMPATIENT)) {
      assertThatThrownBy(() -> client.manifest(Reference.parse("127.0.0.1:" + port + "/x")))
          .isInstanceOf(CloisterException.class)
          .hasMessage("CL-IMG-002 127.0.0.1:" + port + ": the connection was refused");
    }
  }

  @Test
  void saysThatATagIsMissing() throws IOException {
    try (FakeRegistry registry = new FakeRegistry(layout, _ -> false);
        RegistryClient client = new RegistryClient(IMPATIENT)) {
      Reference missing = Reference.parse(registry.host() + "/some/test:gone");
      assertCode(ImageError.NOT_FOUND, () -> client.manifest(missing));
    }
  }

  @Test
  void goesOnFromWhereABrokenDownloadEnded() throws IOException {
    AtomicInteger times = new AtomicInteger();
    long size = Files.size(layout.blob(layer));
    try (FakeRegistry registry =
        new FakeRegistry(
            layout,
            exchange -> {
              if (!isLayer(exchange) || times.getAndIncrement() > 0) {
                return false;
              }
              exchange.sendResponseHeaders(200, size);
              byte[] all = Files.readAllBytes(layout.blob(layer));
              exchange.getResponseBody().write(all, 0, 200_000);
              exchange.getResponseBody().flush();
              throw new IOException("broken on purpose");
            })) {
      pull(registry, IMPATIENT, "store");
      assertThat(registry.requests())
          .anyMatch(request -> request.contains(layer.toString()) && request.contains("bytes="));
    }
  }

  @Test
  void goesOnWithARegistryThatKnowsNoRanges() throws IOException {
    AtomicInteger times = new AtomicInteger();
    byte[] all = Files.readAllBytes(layout.blob(layer));
    try (FakeRegistry registry =
        new FakeRegistry(
            layout,
            onLayer(exchange -> {
              exchange.sendResponseHeaders(200, all.length);
              if (times.getAndIncrement() == 0) {
                exchange.getResponseBody().write(all, 0, 200_000);
                exchange.getResponseBody().flush();
                throw new IOException("broken on purpose");
              }
              exchange.getResponseBody().write(all);
            }))) {
      pull(registry, IMPATIENT, "store");
      assertThat(times).hasValue(2);
    }
  }

  @Test
  void asksTheRegistryWhereAMirrorServesAnotherBlob() throws IOException {
    Bytes other = Bytes.zeros((int) Files.size(layout.blob(layer)));
    try (FakeRegistry bad = new FakeRegistry(layout, onLayer(e -> send(e, other)));
        FakeRegistry good = new FakeRegistry(layout, _ -> false)) {
      RegistryOptions options =
          IMPATIENT.withMirrors(Map.of(good.host(), List.of("http://" + bad.host())));
      pull(good, options, "store");
      assertThat(good.requests()).anyMatch(request -> request.contains(layer.toString()));
      assertThat(bad.requests()).anyMatch(request -> request.contains(layer.toString()));
    }
  }

  @Test
  void logsInWithATokenForTheStoredPassword() throws IOException {
    Path file = credentials("{\"auths\":{\"HOST\":{\"auth\":\"dXNlcjpwYXNz\"}}}", "");
    try (FakeRegistry registry =
        new FakeRegistry(
            layout,
            exchange -> {
              String authorization = exchange.getRequestHeaders().getFirst("Authorization");
              if (exchange.getRequestURI().getPath().equals("/token")) {
                boolean right = "Basic dXNlcjpwYXNz".equals(authorization);
                return right && send(exchange, Bytes.ofUtf8("{\"access_token\":\"t0ken\"}"));
              }
              if ("Bearer t0ken".equals(authorization)) {
                return false;
              }
              exchange
                  .getResponseHeaders()
                  .set(
                      "WWW-Authenticate",
                      "Bearer realm=\"http://"
                          + exchange.getRequestHeaders().getFirst("Host")
                          + "/token\", service=\"s\"");
              exchange.sendResponseHeaders(401, -1);
              return true;
            })) {
      Files.writeString(file, Files.readString(file).replace("HOST", registry.host()));
      pull(registry, IMPATIENT.withCredentialFiles(List.of(file)), "store");
      assertThat(registry.requests())
          .anyMatch(request -> request.contains("scope=repository%3Asome%2Ftest%3Apull"));
    }
  }

  @Test
  void logsInWithAPasswordForHttpBasic() throws IOException {
    Path file = credentials("{\"auths\":{\"HOST/some\":{\"auth\":\"dXNlcjpwYXNz\"}}}", "");
    try (FakeRegistry registry =
        new FakeRegistry(
            layout,
            exchange -> {
              String authorization = exchange.getRequestHeaders().getFirst("Authorization");
              if ("Basic dXNlcjpwYXNz".equals(authorization)) {
                return false;
              }
              exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"r\"");
              exchange.sendResponseHeaders(401, -1);
              return true;
            })) {
      assertCode(ImageError.REGISTRY_DENIED, () -> pull(registry, IMPATIENT, "none"));
      Files.writeString(file, Files.readString(file).replace("HOST", registry.host()));
      pull(registry, IMPATIENT.withCredentialFiles(List.of(file)), "store");
    }
  }

  @Test
  void refusesPlainHttpToARegistryThatIsNotOnLoopback() {
    RegistryOptions options =
        IMPATIENT.withMirrors(Map.of("far.invalid", List.of("http://mirror.invalid")));
    assertCode(ImageError.PLAIN_HTTP, () -> Endpoint.of("far.invalid", options));
    assertThat(Endpoint.of("far.invalid", IMPATIENT).getFirst().base().getScheme())
        .isEqualTo("https");
    assertThat(
            Endpoint.of("far.invalid", IMPATIENT.withPlainHttp(Set.of("far.invalid")))
                .getFirst()
                .base()
                .getScheme())
        .isEqualTo("http");
  }

  @Test
  void repairsACachedBlobThatHasChanged() throws IOException {
    try (FakeRegistry registry = new FakeRegistry(layout, _ -> false)) {
      ImageDisk disk = pull(registry, IMPATIENT, "store");
      Path blob = temp.resolve("store/blobs/sha256").resolve(layer.hex());
      byte[] bytes = Files.readAllBytes(blob);
      bytes[bytes.length / 2] ^= 1;
      Files.write(blob, bytes);
      Files.delete(disk.path());
      assertThat(pull(registry, IMPATIENT, "store")).isEqualTo(disk);
      ImageStore.open(temp.resolve("store")).verify(disk);
    }
  }

  @Test
  void verifyFindsOneChangedBitAndRemovesTheDisk() throws IOException {
    try (FakeRegistry registry = new FakeRegistry(layout, _ -> false)) {
      ImageDisk disk = pull(registry, IMPATIENT, "store");
      byte[] bytes = Files.readAllBytes(disk.path());
      bytes[3 * 4096 + 5] ^= 1;
      Files.write(disk.path(), bytes);
      ImageStore store = ImageStore.open(temp.resolve("store"));
      assertCode(ImageError.BAD_DISK, () -> store.verify(disk));
      assertThat(disk.path()).doesNotExist();
    }
  }

  private Path credentials(String text, String suffix) throws IOException {
    Path file = temp.resolve("config.json" + suffix);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, text);
  }

  /** Answers a request for the layer. */
  @FunctionalInterface
  private interface Answer {
    void give(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private FakeRegistry.Behaviour onLayer(Answer answer) {
    return exchange -> {
      if (!isLayer(exchange)) {
        return false;
      }
      answer.give(exchange);
      return true;
    };
  }

  private boolean isLayer(HttpExchange exchange) {
    return exchange.getRequestURI().getPath().endsWith(layer.toString());
  }

  private static boolean send(HttpExchange exchange, Bytes body) throws IOException {
    FakeRegistry.send(exchange, 200, body);
    return true;
  }

  private void assertRefused(ImageError code, String detail, FakeRegistry.Behaviour behaviour)
      throws IOException {
    try (FakeRegistry registry = new FakeRegistry(layout, behaviour)) {
      assertThatThrownBy(() -> pull(registry, IMPATIENT, "store"))
          .isInstanceOfSatisfying(
              CloisterException.class,
              e -> {
                assertThat(e.code()).isEqualTo(code);
                assertThat(e).hasMessageContaining(detail);
              });
    }
  }

  private static void assertCode(
      ImageError code, org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(CloisterException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private ImageDisk pull(FakeRegistry registry, RegistryOptions options, String name) {
    ImageStore store = ImageStore.open(temp.resolve(name));
    try (RegistryClient client = new RegistryClient(options)) {
      ResolvedImage image = store.resolve(registry.reference(), client);
      return store.disk(image, client, ProgressListener.NONE);
    }
  }
}
