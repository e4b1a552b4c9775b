package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.HttpHandler;
import dev.cloister.rpc.HttpLimits;
import dev.cloister.rpc.HttpRequest;
import dev.cloister.rpc.HttpResponse;
import dev.cloister.rpc.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The store of the Coordinators on this node, over HTTP on the bridge's own address and nowhere
 * else: {@code GET /store/v1/PIN/KEY} gives a value with its version as ETag; {@code PUT} there
 * with {@code If-Match} of that, or with {@code If-None-Match: *}, replaces or makes it, or is
 * answered 412 with the version that is there. Who asks is known by its address on the bridge: only
 * the pod of a Coordinator, and only below its own deployment's pin.
 *
 * <p>It listens while there is a Coordinator. Safe for use by any thread.
 */
final class StoreServer implements HttpHandler {

  static final int PORT = 7445;

  private static final HttpLimits LIMITS =
      new HttpLimits(
          2048, StoreFiles.MAX_VALUE, Duration.ofSeconds(60), Duration.ofSeconds(60), 32, 4);

  private static final String ROUTE = "/store/v1/";
  private static final int PIN = 64;
  private static final int BACKLOG = 32;

  private final StoreFiles files;
  private final String address;
  private final int port;
  private final NodeThreads threads;
  private final Function<String, Optional<String>> coordinatorPins;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable HttpServer server;

  /**
   * @param address the bridge's
   * @param port {@link #PORT}, or another in tests
   * @param coordinatorPins the deployment pin, in hexadecimal, of the Coordinator whose pod has an
   *     IP address; none where no Coordinator has it
   */
  StoreServer(
      StoreFiles files,
      String address,
      int port,
      NodeThreads threads,
      Function<String, Optional<String>> coordinatorPins) {
    this.files = files;
    this.address = address;
    this.port = port;
    this.threads = threads;
    this.coordinatorPins = coordinatorPins;
  }

  /**
   * Listens, where it does not yet.
   *
   * @return {@code ADDRESS:PORT}
   * @throws CloisterException with {@link NodeError#STORE_FAILED}
   */
  String open() {
    lock.lock();
    try {
      if (server == null) {
        files.clean();
        HttpServer made = new HttpServer(listen(), LIMITS, threads.factory("store"), this);
        made.start();
        server = made;
      }
      return address + ":" + port;
    } finally {
      lock.unlock();
    }
  }

  private ServerSocketChannel listen() {
    try {
      ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.INET);
      listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      listener.bind(new InetSocketAddress(InetAddress.getByName(address), port), BACKLOG);
      return listener;
    } catch (IOException e) {
      throw new CloisterException(
          NodeError.STORE_FAILED, address + ":" + port, String.valueOf(e.getMessage()), e);
    }
  }

  /** Ends the listening. */
  void close() {
    lock.lock();
    try {
      if (server != null) {
        server.close();
        server = null;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public HttpResponse answer(HttpRequest request) throws IOException {
    String target = request.target();
    int slash = ROUTE.length() + PIN;
    if (!target.startsWith(ROUTE)
        || target.length() <= slash
        || target.charAt(slash) != '/'
        || !StoreFiles.isKey(target.substring(slash + 1))) {
      throw request.unknown();
    }
    String pin = target.substring(ROUTE.length(), slash);
    if (!isOwner(request, pin)) {
      return HttpResponse.refusal(
          403, new CloisterException(NodeError.STORE_REFUSED, pin, "asked by " + request.peer()));
    }
    String key = target.substring(slash + 1);
    return switch (request.method()) {
      case "GET" -> get(request, pin, key);
      case "PUT" -> put(request, pin, key);
      default -> throw request.unknown();
    };
  }

  private boolean isOwner(HttpRequest request, String pin) {
    return request.peer() instanceof InetSocketAddress peer
        && coordinatorPins.apply(peer.getAddress().getHostAddress()).equals(Optional.of(pin));
  }

  private HttpResponse get(HttpRequest request, String pin, String key) {
    Optional<StoreFiles.Value> found = files.read(pin, key);
    if (found.isEmpty()) {
      return HttpResponse.refusal(
          404, new CloisterException(NodeError.NOT_STORED, request.target(), "no such key"));
    }
    StoreFiles.Value value = found.get();
    return new HttpResponse(
        200,
        Map.of("Content-Type", "application/octet-stream", "ETag", tag(value.version())),
        value.length(),
        value::content);
  }

  private HttpResponse put(HttpRequest request, String pin, String key) throws IOException {
    StoreFiles.Outcome outcome = files.compareAndSwap(pin, key, expected(request), request.body());
    if (outcome.made()) {
      return HttpResponse.empty(200).with("ETag", tag(outcome.version()));
    }
    HttpResponse conflict =
        HttpResponse.refusal(
            412,
            new CloisterException(
                NodeError.STORE_CONFLICT, request.target(), "there is " + outcome.version()));
    return outcome.version() == 0 ? conflict : conflict.with("ETag", tag(outcome.version()));
  }

  private static String tag(long version) {
    return "\"" + version + "\"";
  }

  /** The version that is to be there; 0 for none. */
  private static long expected(HttpRequest request) {
    String match = request.field("if-match");
    String none = request.field("if-none-match");
    if (match.isEmpty() && none.equals("*")) {
      return 0;
    }
    if (none.isEmpty() && match.matches("\"[1-9][0-9]{0,17}\"")) {
      return Long.parseLong(match.substring(1, match.length() - 1));
    }
    throw new CloisterException(
        NodeError.STORE_CONDITION, "If-Match", "either a version, or If-None-Match: *");
  }
}
