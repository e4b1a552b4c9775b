package dev.cloister.coordinator;

import dev.cloister.channel.Attester;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.rpc.HttpLimits;
import dev.cloister.rpc.HttpRequest;
import dev.cloister.rpc.HttpResponse;
import dev.cloister.rpc.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What a Coordinator's container finds in {@code /run/cloister}, and who answers there. */
final class PodFiles implements AutoCloseable {

  private static final HttpLimits LIMITS =
      new HttpLimits(4096, 4096, Duration.ofSeconds(5), Duration.ofSeconds(20), 8, 8);

  private final Path run;
  private final HttpServer agent;
  private final NodeStore node;

  /**
   * Writes the files and begins to answer.
   *
   * @param run stands for {@code /run/cloister}
   * @param store what the node keeps
   */
  PodFiles(Path run, Store store) throws IOException {
    this.run = run;
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    this.node = new NodeStore(store, listener);
    int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    write("store", Bytes.ofUtf8("http://127.0.0.1:" + port + "\n"));
    write("initdata", Shop.COORDINATOR.document());
    write("deployment.json", Shop.SHOP.document());
    ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    socket.bind(UnixDomainSocketAddress.of(run.resolve("api.sock")));
    this.agent = new HttpServer(socket, LIMITS, Thread.ofVirtual().factory(), PodFiles::evidence);
    agent.start();
  }

  void write(String name, Bytes content) throws IOException {
    Files.write(run.resolve(name), content.toArray());
  }

  private static HttpResponse evidence(HttpRequest request) throws IOException {
    if (!(request.method() + request.target()).equals("POST/v1/evidence")) {
      throw request.unknown();
    }
    JsonFields fields =
        JsonFields.of(JsonParser.parse(request.content(4096), new JsonBudget(4096, 1, 4)), "");
    Attester processor = Shop.attesterOfToday();
    return HttpResponse.json(200, processor.attest(Bytes.ofBase64(fields.string("what"))).toJson());
  }

  @Override
  public void close() {
    agent.close();
    node.close();
  }
}
