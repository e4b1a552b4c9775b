package dev.cloister.agent;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.Transcript;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.SpeaksAs;
import dev.cloister.rpc.HttpHandler;
import dev.cloister.rpc.HttpRequest;
import dev.cloister.rpc.HttpResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Semaphore;

/**
 * Answers one container on its socket (docs/in-pod-api.md). Who asks is known by the socket: the
 * name in the evidence is the container's in the measured policy, and never one that it says.
 */
final class InPodApi implements HttpHandler {

  static final int WORKLOAD_DATA = 64;
  private static final int MAX_WHAT = 1024;
  private static final int MAX_BODY = 4096;
  private static final JsonBudget BUDGET = new JsonBudget(MAX_BODY, 1, 4);

  private final ContainerPolicy container;
  private final EvidenceSource evidence;
  private final Bytes initdata;
  private final Membership membership;
  private final Semaphore attesting = new Semaphore(1);

  InPodApi(
      ContainerPolicy container, EvidenceSource evidence, Bytes initdata, Membership membership) {
    this.container = container;
    this.evidence = evidence;
    this.initdata = initdata;
    this.membership = membership;
  }

  @Override
  public HttpResponse answer(HttpRequest request) throws IOException {
    return switch (request.method() + " " + request.target()) {
      case "POST /v1/attest" -> evidence(EvidenceKind.WORKLOAD, workload(request));
      case "POST /v1/evidence" -> evidence(EvidenceKind.COORDINATOR, coordinator(request));
      case "GET /v1/identity" -> HttpResponse.json(200, membership.identity());
      case "GET /v1/secret" -> secret();
      default -> throw request.unknown();
    };
  }

  /** What evidence of a workload is about: which container asked for what. */
  static Bytes workloadWhat(String container, Bytes data) {
    return Transcript.of("cloister/workload/v1").add(container).add(data).toBytes();
  }

  private Bytes workload(HttpRequest request) throws IOException {
    Bytes data = field(request, "data");
    if (data.size() != WORKLOAD_DATA) {
      throw new CloisterException(
          AgentError.REQUEST, "data", data.size() + " bytes where " + WORKLOAD_DATA + " belong");
    }
    return workloadWhat(container.name(), data);
  }

  private Bytes coordinator(HttpRequest request) throws IOException {
    if (container.speaksAs() != SpeaksAs.COORDINATOR) {
      throw new CloisterException(
          AgentError.NO_COORDINATOR,
          "containers[" + container.name() + "]",
          "speaks as a workload");
    }
    Bytes what = field(request, "what");
    if (what.isEmpty() || what.size() > MAX_WHAT) {
      throw new CloisterException(
          AgentError.REQUEST, "what", what.size() + " bytes where 1 to " + MAX_WHAT + " belong");
    }
    return what;
  }

  private static Bytes field(HttpRequest request, String name) throws IOException {
    JsonFields fields = JsonFields.of(JsonParser.parse(request.content(MAX_BODY), BUDGET), "");
    Bytes value = Bytes.ofBase64(fields.string(name));
    fields.end();
    return value;
  }

  /**
   * One at a time for each container, so that none keeps the security processor from the others.
   */
  private HttpResponse evidence(EvidenceKind kind, Bytes what) {
    if (!attesting.tryAcquire()) {
      throw new CloisterException(AgentError.BUSY, "evidence", "another request is under way");
    }
    try {
      return HttpResponse.json(
          200, new AgentAttester(kind, evidence, initdata).attest(what).toJson());
    } finally {
      attesting.release();
    }
  }

  private HttpResponse secret() {
    byte[] secret = membership.workloadSecret();
    try {
      return HttpResponse.of(200, "application/octet-stream", Bytes.of(secret));
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }
}
