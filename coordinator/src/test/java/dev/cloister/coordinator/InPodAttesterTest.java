package dev.cloister.coordinator;

import static dev.cloister.coordinator.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.channel.Evidence;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.rpc.HttpHandler;
import dev.cloister.rpc.HttpLimits;
import dev.cloister.rpc.HttpResponse;
import dev.cloister.rpc.HttpServer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over a real Unix socket. */
class InPodAttesterTest {

  private static final Bytes WHAT = Bytes.ofUtf8("a question");

  @TempDir Path directory;

  private HttpServer agent(HttpHandler handler) throws Exception {
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket()));
    HttpLimits limits =
        new HttpLimits(2048, 4096, Duration.ofSeconds(5), Duration.ofSeconds(5), 4, 4);
    HttpServer server = new HttpServer(listener, limits, Thread.ofVirtual().factory(), handler);
    server.start();
    return server;
  }

  private Path socket() {
    return directory.resolve("api.sock");
  }

  private InPodAttester attester() {
    return new InPodAttester(socket(), Duration.ofSeconds(20));
  }

  private static Json.Obj answer(Evidence evidence) {
    return answer(evidence.type(), evidence.report().toBase64(), evidence.initdata().toBase64())
        .put("certificates", evidence.certificates().toBase64())
        .build();
  }

  private static Json.ObjectBuilder answer(String type, String report, String initdata) {
    return Json.object().put("type", type).put("report", report).put("initdata", initdata);
  }

  @Test
  void givesTheEvidenceThatTheAgentMadeForTheQuestion() throws Exception {
    Evidence made = Shop.attester(EvidenceKind.COORDINATOR, Shop.COORDINATOR).attest(WHAT);
    try (HttpServer _ =
        agent(request -> {
          assertThat(request.method() + " " + request.target()).isEqualTo("POST /v1/evidence");
          JsonFields fields =
              JsonFields.of(
                  JsonParser.parse(request.content(4096), new JsonBudget(4096, 1, 4)), "");
          assertThat(Bytes.ofBase64(fields.string("what"))).isEqualTo(WHAT);
          fields.end();
          return HttpResponse.json(200, answer(made));
        })) {
      assertThat(attester().attest(WHAT)).isEqualTo(made);
    }
  }

  @Test
  void saysWhatTheAgentRefusedWith() throws Exception {
    try (HttpServer _ =
        agent(request -> {
          throw new CloisterException(CoordinatorError.BUSY, "evidence", "another is under way");
        })) {
      assertRefused(
          CoordinatorError.NO_EVIDENCE,
          "CL-COO-016 at evidence: another is under way",
          () -> attester().attest(WHAT));
    }
  }

  @Test
  void refusesAnswersThatAreNotOfTheForm() throws Exception {
    String report = Bytes.zeros(1184).toBase64();
    String initdata = Shop.COORDINATOR.document().toBase64();
    String large = Bytes.zeros(Evidence.MAX_REPORT + 1).toBase64();
    Json.Obj[] answers = {
      Json.object().build(),
      answer("snp", report, initdata).build(),
      answer("snp", report, initdata).put("certificates", "").put("more", 1).build(),
      answer("a type that is too long", report, initdata).put("certificates", "").build(),
      answer("snp", "", initdata).put("certificates", "").build(),
      answer("snp", "!", initdata).put("certificates", "").build(),
      answer("snp", large, initdata).put("certificates", "").build(),
      answer("snp", report, "").put("certificates", "").build(),
    };
    for (Json.Obj bad : answers) {
      try (HttpServer _ = agent(request -> HttpResponse.json(200, bad))) {
        assertRefused(CoordinatorError.NO_EVIDENCE, () -> attester().attest(WHAT));
      }
      java.nio.file.Files.deleteIfExists(socket());
    }
  }

  @Test
  void refusesAnAnswerThatIsTooLongAndOneThatNeverComes() throws Exception {
    try (HttpServer _ =
        agent(request -> HttpResponse.of(200, "text/plain", Bytes.zeros(2 << 20)))) {
      assertRefused(CoordinatorError.NO_EVIDENCE, () -> attester().attest(WHAT));
    }
    java.nio.file.Files.deleteIfExists(socket());
    ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    silent.bind(UnixDomainSocketAddress.of(socket()));
    InPodAttester hasty = new InPodAttester(socket(), Duration.ofMillis(300));
    try (silent) {
      assertRefused(CoordinatorError.NO_EVIDENCE, "too long", () -> hasty.attest(WHAT));
    }
  }

  @Test
  void saysWhereThereIsNoAgent() {
    assertRefused(CoordinatorError.NO_EVIDENCE, () -> attester().attest(WHAT));
  }
}
