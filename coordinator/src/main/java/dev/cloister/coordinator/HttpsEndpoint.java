package dev.cloister.coordinator;

import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.client.AttestDocument;
import dev.cloister.client.Phase;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.rpc.HttpHandler;
import dev.cloister.rpc.HttpLimits;
import dev.cloister.rpc.HttpRequest;
import dev.cloister.rpc.HttpResponse;
import dev.cloister.rpc.HttpServer;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * What the Coordinator answers over plain HTTPS (docs/coordinator.md, "HTTP API"): the evidence for
 * verifiers without the attested channel, health, and numbers. Whatever else is asked is refused.
 *
 * <p>Each connection has a virtual thread and is good for one request.
 */
public final class HttpsEndpoint implements AutoCloseable {

  /** Limits of the port: a client has five seconds for handshake and head. */
  public static final HttpLimits LIMITS =
      new HttpLimits(8192, 1024, Duration.ofSeconds(5), Duration.ofSeconds(60), 128, 16);

  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final int MAX_QUESTION = 256;

  private final PublicState state;
  private final AttestAnswers answers;
  private final Metrics metrics;
  private final HttpServer server;

  private HttpsEndpoint(
      PublicState state,
      TlsIdentity identity,
      EvidenceBatcher batcher,
      IntSupplier openChannels,
      ServerSocketChannel listener,
      HttpLimits limits,
      SecureRandom random) {
    this.state = state;
    this.answers = new AttestAnswers(state, batcher);
    this.metrics = new Metrics(state, identity, openChannels);
    HttpHandler counted = this::counted;
    this.server =
        new HttpServer(
            listener,
            limits,
            Thread.ofVirtual().name("https").factory(),
            new TlsLayer(identity, random),
            counted);
  }

  /**
   * Begins to serve.
   *
   * @param batcher shared with whoever else makes evidence of this VM
   * @param openChannels how many attested channels there are, for the metrics
   * @param listener bound, in blocking mode; closed with this
   * @param limits {@link #LIMITS}, or others in tests
   */
  public static HttpsEndpoint start(
      PublicState state,
      TlsIdentity identity,
      EvidenceBatcher batcher,
      IntSupplier openChannels,
      ServerSocketChannel listener,
      HttpLimits limits,
      SecureRandom random) {
    HttpsEndpoint endpoint =
        new HttpsEndpoint(state, identity, batcher, openChannels, listener, limits, random);
    endpoint.server.start();
    return endpoint;
  }

  private HttpResponse counted(HttpRequest request) throws IOException {
    try {
      HttpResponse response = answer(request);
      state.counters().add(Counter.HTTPS_ANSWERED);
      return response;
    } catch (CloisterException e) {
      state.counters().add(Counter.HTTPS_REFUSED);
      state.counters().refused("https", e.code());
      throw e;
    }
  }

  private HttpResponse answer(HttpRequest request) throws IOException {
    return switch (request.method() + " " + request.target()) {
      case "POST /attest" -> attest(request);
      case "GET /healthz" -> HttpResponse.of(200, TEXT, Bytes.ofUtf8("ok\n"));
      case "GET /readyz" -> ready();
      case "GET /metrics" -> HttpResponse.of(200, METRICS, Bytes.ofUtf8(metrics.text()));
      default -> throw request.unknown();
    };
  }

  private HttpResponse attest(HttpRequest request) throws IOException {
    return answers.answer(AttestDocument.parseRequest(request.content(MAX_QUESTION)));
  }

  private HttpResponse ready() {
    Phase phase = state.phase();
    return HttpResponse.json(
        phase == Phase.READY ? 200 : 503, Json.object().put("phase", phase.text()).build());
  }

  /** Takes no more connections; those that are open end within their times. */
  @Override
  public void close() {
    server.close();
  }
}
