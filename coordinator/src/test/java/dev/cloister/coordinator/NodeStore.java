package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.HttpLimits;
import dev.cloister.rpc.HttpRequest;
import dev.cloister.rpc.HttpResponse;
import dev.cloister.rpc.HttpServer;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Optional;

/** What a node serves as the shop's store, from files. */
final class NodeStore implements AutoCloseable {

  private static final HttpLimits LIMITS =
      new HttpLimits(2048, Store.MAX_VALUE, Duration.ofSeconds(20), Duration.ofSeconds(20), 32, 32);

  private final Store files;
  private final String prefix = "/store/v1/" + Shop.SHOP.pin() + "/";
  private final HttpServer server;

  NodeStore(Store files, ServerSocketChannel listener) {
    this.files = files;
    this.server = new HttpServer(listener, LIMITS, Thread.ofVirtual().factory(), this::answer);
    server.start();
  }

  private HttpResponse answer(HttpRequest request) throws IOException {
    if (!request.target().startsWith(prefix)) {
      throw request.unknown();
    }
    String key = request.target().substring(prefix.length());
    return switch (request.method()) {
      case "GET" -> get(key);
      case "PUT" -> put(key, request);
      default -> throw request.unknown();
    };
  }

  private HttpResponse get(String key) {
    Optional<Store.Versioned> found = files.read(key);
    return found
        .map(value ->
            HttpResponse.of(200, "application/octet-stream", value.value())
                .with("ETag", "\"" + value.version() + "\""))
        .orElseGet(() -> HttpResponse.empty(404));
  }

  private HttpResponse put(String key, HttpRequest request) throws IOException {
    long expected =
        request.field("if-none-match").equals("*")
            ? 0
            : Long.parseLong(request.field("if-match").replace("\"", ""));
    Bytes value = request.content(Store.MAX_VALUE);
    try {
      long version = files.compareAndSwap(key, expected, value);
      return HttpResponse.empty(200).with("ETag", "\"" + version + "\"");
    } catch (CloisterException e) {
      return HttpResponse.refusal(412, e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
