package dev.cloister.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A registry on loopback that serves one layout named {@code test}, as badly as it is told to. */
final class FakeRegistry implements AutoCloseable {

  /** Answers a request in place of the registry, or says that it does not. */
  @FunctionalInterface
  interface Behaviour {
    boolean answer(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final OciLayout layout;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  FakeRegistry(OciLayout layout, Behaviour behaviour) throws IOException {
    this(layout, behaviour, HttpServer.create());
  }

  /** A registry that is spoken to with TLS. */
  static FakeRegistry withTls(OciLayout layout, SSLContext tls) throws IOException {
    HttpsServer server = HttpsServer.create();
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return new FakeRegistry(layout, _ -> false, server);
  }

  private FakeRegistry(OciLayout layout, Behaviour behaviour, HttpServer server)
      throws IOException {
    this.layout = layout;
    this.server = server;
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          requests.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getOrDefault("Range", List.of()));
          try (exchange) {
            if (!behaviour.answer(exchange)) {
              serve(exchange);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  Reference reference() {
    return Reference.parse(host() + "/some/test:test");
  }

  List<String> requests() {
    return requests;
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    Descriptor manifest = layout.find("test");
    if (path.contains("/manifests/")
        && (name.equals("test") || name.equals(manifest.digest().toString()))) {
      exchange.getResponseHeaders().set("Content-Type", manifest.mediaType());
      send(exchange, 200, layout.document(manifest));
    } else if (name.startsWith("sha256:") && Files.exists(layout.blob(Digest.parse(name, "")))) {
      blob(exchange, Bytes.of(Files.readAllBytes(layout.blob(Digest.parse(name, "")))));
    } else {
      send(exchange, 404, Bytes.EMPTY);
    }
  }

  private static void blob(HttpExchange exchange, Bytes all) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      send(exchange, 200, all);
      return;
    }
    int from = Integer.parseInt(range.replaceAll("\\D", ""));
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes " + from + "-" + (all.size() - 1) + "/" + all.size());
    send(exchange, 206, all.slice(from, all.size()));
  }

  static void send(HttpExchange exchange, int status, Bytes body) throws IOException {
    exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.size());
    exchange.getResponseBody().write(body.toArray());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
