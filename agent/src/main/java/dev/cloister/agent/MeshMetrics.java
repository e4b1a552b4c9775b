package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.HttpHandler;
import dev.cloister.rpc.HttpLimits;
import dev.cloister.rpc.HttpRequest;
import dev.cloister.rpc.HttpResponse;
import dev.cloister.rpc.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;

/**
 * The mesh in numbers, for Prometheus (text format 0.0.4): on the agent's side of the pod, where no
 * container reaches it. Who else does, the manifest says as of any port: the proxy leads port
 * {@value ProxyConfiguration#METRICS_PORT} here.
 */
final class MeshMetrics implements HttpHandler {

  private static final String TYPE = "text/plain; version=0.0.4";
  private static final String CONNECTIONS = "cloister_mesh_connections_total";
  private static final List<String> STATES = List.of("waiting", "up", "failing", "down");
  private static final HttpLimits LIMITS =
      new HttpLimits(4096, 1024, Duration.ofSeconds(5), Duration.ofSeconds(10), 8, 8);

  private final Mesh mesh;
  private final MeshJournal journal;

  MeshMetrics(Mesh mesh, MeshJournal journal) {
    this.mesh = mesh;
    this.journal = journal;
  }

  /** Answers from here on. */
  static HttpServer serve(Mesh mesh, MeshJournal journal) {
    try {
      ServerSocketChannel listener = ServerSocketChannel.open();
      listener.bind(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), ProxyConfiguration.METRICS_PORT));
      HttpServer server =
          new HttpServer(
              listener, LIMITS, new AgentThreads("metrics"), new MeshMetrics(mesh, journal));
      server.start();
      return server;
    } catch (IOException e) {
      throw new CloisterException(AgentError.MACHINE, "metrics", String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public HttpResponse answer(HttpRequest request) {
    return switch (request.method() + " " + request.target()) {
      case "GET /metrics" -> HttpResponse.of(200, TYPE, Bytes.ofUtf8(text()));
      default -> throw request.unknown();
    };
  }

  String text() {
    StringBuilder out = new StringBuilder(2048);
    begin(out, "cloister_mesh_state", "gauge", "1 at the state that the pod's mesh is in.");
    String now = mesh.state();
    for (String state : STATES) {
      out.append("cloister_mesh_state{state=\"")
          .append(state)
          .append("\"} ")
          .append(state.equals(now) ? 1 : 0)
          .append('\n');
    }
    begin(out, "cloister_mesh_proxy_starts_total", "counter", "How often the proxy was started.");
    out.append("cloister_mesh_proxy_starts_total ").append(mesh.proxyStarts()).append('\n');
    begin(
        out,
        CONNECTIONS,
        "counter",
        "Connections by direction, other end, port and the code of what refused them.");
    for (MeshJournal.Count count : journal.counts()) {
      out.append(CONNECTIONS)
          .append("{direction=\"")
          .append(count.direction().word())
          .append("\",peer=\"")
          .append(escaped(count.peer()))
          .append("\",port=\"")
          .append(count.port())
          .append("\",code=\"")
          .append(count.code())
          .append("\"} ")
          .append(count.connections())
          .append('\n');
    }
    return out.toString();
  }

  private static void begin(StringBuilder out, String name, String type, String meaning) {
    out.append("# HELP ").append(name).append(' ').append(meaning).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  /** A strange peer may put anything into its subject. */
  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
