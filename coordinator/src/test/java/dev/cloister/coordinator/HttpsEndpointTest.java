package dev.cloister.coordinator;

import static dev.cloister.coordinator.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.client.AttestDocument;
import dev.cloister.client.AttestVerifier;
import dev.cloister.client.ClientError;
import dev.cloister.client.Trust;
import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.HistoryEntry;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The HTTPS port of a real Coordinator, asked by real TLS clients. */
class HttpsEndpointTest {

  private static Bytes nonce() {
    byte[] nonce = new byte[AttestDocument.NONCE_SIZE];
    Shop.RANDOM.nextBytes(nonce);
    return Bytes.of(nonce);
  }

  private static AttestDocument attest(HttpsPort port, Bytes nonce) throws Exception {
    String answer = port.attest(AttestDocument.request(nonce).toUtf8());
    assertThat(HttpsPort.status(answer)).as(answer).isEqualTo(200);
    return AttestDocument.parse(HttpsPort.body(answer));
  }

  private static AttestVerifier verifier() {
    return new AttestVerifier(
        Trust.of(Shop.SHOP.pin(), InstantSource.fixed(TestVendor.NOW)).allowingSimulated());
  }

  @Test
  void anAnswerToAttestProvesHistoryAndCertificates() throws Exception {
    try (Running running = Running.ready();
        HttpsPort port = HttpsPort.of(running.coordinator())) {
      running.update(Shop.manifest(Shop.coordinator(), Shop.web(), Shop.database("snp")));
      Bytes nonce = nonce();
      AttestDocument answer = attest(port, nonce);
      VerifiedCoordinator verified = verifier().verify(nonce, answer);
      assertThat(verified.history().head()).isEqualTo(running.coordinator().head());
      assertThat(verified.meshCertificates()).hasSize(2);
      assertThat(answer.history()).hasSize(2);
      assertRefused(ClientError.EVIDENCE_DIFFERS, () -> verifier().verify(nonce(), answer));
    }
  }

  @Test
  void theHistoryThatIsSharedByAnswersFollowsTheHead() throws Exception {
    try (Running running = Running.ready();
        HttpsPort port = HttpsPort.of(running.coordinator())) {
      for (int i = 1; i <= 3; i++) {
        Bytes nonce = nonce();
        VerifiedCoordinator verified = verifier().verify(nonce, attest(port, nonce));
        assertThat(verified.history().head().number()).isEqualTo(i);
        running.update(Shop.manifest(Shop.coordinator(), Shop.database(i == 1 ? "snp" : "other")));
      }
    }
  }

  @Test
  void oneReportServesAllWhoAskWithinASlot() throws Exception {
    try (Running running = Running.ready();
        HttpsPort port = HttpsPort.of(running.coordinator());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<AttestDocument>> tasks = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        tasks.add(() -> {
          Bytes nonce = nonce();
          AttestDocument answer = attest(port, nonce);
          verifier().verify(nonce, answer);
          return answer;
        });
      }
      for (Future<AttestDocument> done : clients.invokeAll(tasks)) {
        assertThat(done.get().history()).hasSize(1);
      }
      assertThat(port.reports()).isLessThan(8);
    }
  }

  @Test
  void beforeTheFirstTransitionAttestSaysSo() throws Exception {
    try (Running running = Running.fresh();
        HttpsPort port = HttpsPort.of(running.coordinator())) {
      Bytes nonce = nonce();
      AttestDocument answer = attest(port, nonce);
      assertThat(answer.history()).isEmpty();
      assertRefused(ClientError.AWAITING_FIRST, () -> verifier().verify(nonce, answer));
    }
  }

  @Test
  void healthAndReadinessFollowThePhase() throws Exception {
    try (Running running = Running.fresh();
        HttpsPort port = HttpsPort.of(running.coordinator())) {
      assertThat(port.get("/healthz")).startsWith("HTTP/1.1 200").endsWith("\r\n\r\nok\n");
      assertThat(port.get("/readyz"))
          .startsWith("HTTP/1.1 503")
          .endsWith("{\"phase\":\"awaiting-first-transition\"}\n");
      running.begin();
      assertThat(port.get("/readyz"))
          .startsWith("HTTP/1.1 200")
          .endsWith("{\"phase\":\"ready\"}\n");
    }
  }

  @Test
  void theCertificateBecomesThatOfTheMeshWithTheFirstTransition() throws Exception {
    try (Running running = Running.fresh();
        HttpsPort port = HttpsPort.of(running.coordinator())) {
      assertThat(certificates(port)).hasSize(1);
      running.begin();
      List<X509Certificate> chain = certificates(port);
      assertThat(chain).hasSize(2);
      chain.get(0).verify(chain.get(1).getPublicKey());
      assertThat(chain.get(1)).isEqualTo(running.verify().meshCertificates().getFirst());
    }
  }

  private static List<X509Certificate> certificates(HttpsPort port) throws Exception {
    try (SSLSocket socket = port.tls()) {
      return java.util.Arrays.stream(socket.getSession().getPeerCertificates())
          .map(X509Certificate.class::cast)
          .toList();
    }
  }

  @Test
  void metricsTellNumbersInTheFormOfPrometheus() throws Exception {
    try (Running running = Running.ready();
        HttpsPort port = HttpsPort.of(running.coordinator())) {
      assertThat(HttpsPort.status(port.get("/admin"))).isEqualTo(404);
      String text = HttpsPort.body(port.get("/metrics")).toUtf8();
      assertThat(text.lines())
          .contains(
              "# TYPE cloister_coordinator_head_number gauge",
              "cloister_coordinator_head_number 1",
              "cloister_coordinator_phase{phase=\"ready\"} 1",
              "cloister_coordinator_phase{phase=\"recovering\"} 0",
              "cloister_coordinator_open_channels 3",
              "cloister_coordinator_joins_total 0",
              "cloister_coordinator_transitions_total 1",
              "cloister_coordinator_https_refused_total 1",
              "cloister_coordinator_refusals_total{purpose=\"https\",code=\"CL-RPC-017\"} 1")
          .anyMatch(line ->
              line.matches("cloister_coordinator_certificate_expiry_timestamp_seconds [0-9]{10}"))
          .allMatch(line ->
              line.matches(
                  "# (HELP|TYPE) cloister_coordinator_[a-z_]+ .+"
                      + "|cloister_coordinator_[a-z_]+(\\{[a-z]+=\"[A-Za-z0-9-]+\""
                      + "(,[a-z]+=\"[A-Z0-9-]+\")?})? [0-9]+"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, 404, CL-RPC-017",
    "GET, /attest, 404, CL-RPC-017",
    "PUT, /metrics, 404, CL-RPC-017",
    "DELETE, /healthz, 404, CL-RPC-017",
    "GET, /healthz/, 404, CL-RPC-017",
    "GET, /healthz?x=1, 400, CL-RPC-016",
    "GET, /%6detrics, 400, CL-RPC-016",
    "get, /metrics, 400, CL-RPC-016",
  })
  void refusesUnknownRoutesAndMethods(String method, String target, int status, String code)
      throws Exception {
    try (Running running = Running.fresh();
        HttpsPort port = HttpsPort.of(running.coordinator())) {
      String length = method.equals("PUT") ? "Content-Length: 0\r\n" : "";
      String answer =
          port.ask(method + " " + target + " HTTP/1.1\r\nHost: c\r\n" + length + "\r\n");
      assertThat(HttpsPort.status(answer)).as(answer).isEqualTo(status);
      assertThat(answer).contains("\"code\":\"" + code + "\"");
    }
  }

  @Test
  void refusesQuestionsThatAreNotOfTheForm() throws Exception {
    try (Running running = Running.fresh();
        HttpsPort port = HttpsPort.of(running.coordinator())) {
      String nonce = nonce().toHex();
      for (String bad :
          List.of(
              "",
              "{}",
              "[]",
              "{\"nonce\":\"\"}",
              "{\"nonce\":\"" + nonce + "00\"}",
              "{\"nonce\":\"" + nonce + "\",\"more\":1}",
              "{\"nonce\":\"" + nonce + "\",\"nonce\":\"" + nonce + "\"}",
              "{\"nonce\":\"" + nonce + "\"} ".repeat(2))) {
        String answer = port.attest(bad);
        assertThat(HttpsPort.status(answer)).as(bad).isEqualTo(400);
        assertThat(answer).contains("\"code\":\"CL-");
      }
      assertThat(HttpsPort.status(port.attest(" ".repeat(1000)))).isEqualTo(413);
      assertThat(HttpsPort.status(port.attest(" ".repeat(2000)))).isEqualTo(413);
      assertThat(port.reports()).isZero();
    }
  }

  @Test
  void aHistoryTooLongForPlainHttpsIsRefusedBeforeAnyEvidenceIsMade() throws Exception {
    try (Running running = Running.ready()) {
      HistoryEntry first = running.coordinator().serving().orElseThrow().entries().getFirst();
      Bytes large = Bytes.zeros((int) AttestAnswers.MAX_HISTORY);
      PublicState longer =
          new LongHistory(running.coordinator(), new HistoryEntry(first.transition(), large));
      try (HttpsPort port =
          new HttpsPort(longer, new OwnCredential(running.coordinator()), HttpsEndpoint.LIMITS)) {
        String answer = port.attest(AttestDocument.request(nonce()).toUtf8());
        assertThat(answer).startsWith("HTTP/1.1 400").contains("CL-COO-019");
        assertThat(port.reports()).isZero();
      }
    }
  }

  /** A Coordinator whose history is longer. */
  private record LongHistory(Coordinator coordinator, HistoryEntry entry) implements PublicState {
    @Override
    public dev.cloister.client.CoordinatorState state() {
      return coordinator.state();
    }

    @Override
    public java.util.Optional<Serving> serving() {
      return coordinator
          .serving()
          .map(now ->
              new Serving(
                  now.history(),
                  List.of(entry),
                  now.rootCertificate(),
                  now.meshCertificates(),
                  now.initdata()));
    }

    @Override
    public Counters counters() {
      return coordinator.counters();
    }
  }
}
