package dev.cloister.client;

import static dev.cloister.client.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.client.Shop.Chronicle;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.EncodingError;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.ManifestError;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The answer to /attest: written, read, verified, and every part of it exchanged. */
class AttestDocumentTest {

  private static final Bytes NONCE = Bytes.ofUtf8("a nonce").sha256();
  private static final Chronicle CHRONICLE =
      Chronicle.begin()
          .then(Shop.manifest(Shop.coordinator(), Shop.workload("kv")), "kv")
          .then(Shop.manifest(Shop.coordinator(), Shop.workload("kv")), "the same again");

  private static AttestDocument answer(CoordinatorState state) {
    EvidenceBatcher batcher =
        new EvidenceBatcher(Shop.attester(Shop.COORDINATOR), Duration.ZERO, 16);
    EvidenceBatcher.Batched batched = batcher.evidence(AttestDocument.leaf(NONCE, state));
    return new AttestDocument(state, CHRONICLE.entries(), batched.path(), batched.evidence());
  }

  private static AttestDocument answer() {
    return answer(CHRONICLE.state());
  }

  private static VerifiedCoordinator verify(AttestDocument answer) {
    return new AttestVerifier(Shop.trust()).verify(NONCE, answer);
  }

  @Test
  void isReadAsItWasWritten() {
    AttestDocument answer = answer();
    assertThat(AttestDocument.parse(answer.document())).isEqualTo(answer);
    assertThat(AttestDocument.parseRequest(AttestDocument.request(NONCE))).isEqualTo(NONCE);
  }

  @Test
  void verifiesAsAChannelDoes() {
    VerifiedCoordinator verified = verify(AttestDocument.parse(answer().document()));
    assertThat(verified.history().head()).isEqualTo(CHRONICLE.head());
    assertThat(verified.entry()).isEqualTo(Shop.coordinator());
  }

  @Test
  void refusesTheAnswerToAnotherNonce() {
    assertRefused(
        ClientError.EVIDENCE_DIFFERS,
        "report.reportData",
        () -> new AttestVerifier(Shop.trust()).verify(Bytes.zeros(32), answer()));
  }

  @Test
  void refusesAnotherStateThanTheEvidenceCovers() {
    CoordinatorState state = CHRONICLE.state();
    TestAuthority evil = TestAuthority.root("root");
    assertStateRefused(
        new CoordinatorState(
            state.phase(), evil.der(), state.head(), 0, List.of(evil.mesh("mesh").der())));
    assertStateRefused(
        new CoordinatorState(
            state.phase(),
            state.rootCertificate(),
            state.head(),
            0,
            List.of(Shop.ROOT.mesh("another").der())));
    assertStateRefused(
        new CoordinatorState(
            state.phase(), state.rootCertificate(), Head.NONE, 0, state.meshCertificates()));
    assertStateRefused(
        new CoordinatorState(
            Phase.RECOVERING, state.rootCertificate(), state.head(), 0, state.meshCertificates()));
    assertStateRefused(
        new CoordinatorState(
            state.phase(), state.rootCertificate(), state.head(), 1, state.meshCertificates()));
  }

  private static void assertStateRefused(CoordinatorState shown) {
    AttestDocument genuine = answer();
    assertRefused(
        ClientError.EVIDENCE_DIFFERS,
        "report.reportData",
        () ->
            verify(
                new AttestDocument(shown, genuine.history(), genuine.path(), genuine.evidence())));
  }

  @Test
  void refusesAHistoryThatDoesNotEndAtTheHead() {
    AttestDocument genuine = answer();
    assertRefused(
        ClientError.HEAD_DIFFERS,
        "history",
        () ->
            verify(
                new AttestDocument(
                    genuine.state(),
                    genuine.history().subList(0, 2),
                    genuine.path(),
                    genuine.evidence())));
  }

  @Test
  void raisesTheAlarmForAnOlderState() {
    Chronicle newer =
        Chronicle.of(CHRONICLE.entries()).then(Shop.manifest(Shop.coordinator()), "fourth");
    Trust trust = Shop.trust().withFloor(Floor.of(newer.history()));
    assertRefused(
        ManifestError.OLDER_HEAD, "head", () -> new AttestVerifier(trust).verify(NONCE, answer()));
  }

  @Test
  void refusesASimulatedDeploymentUnlessItIsAllowed() {
    assertRefused(
        ClientError.SIMULATED_NOT_ALLOWED,
        "deployment.json",
        () -> new AttestVerifier(Trust.of(Shop.SHOP.pin(), Shop.CLOCK)).verify(NONCE, answer()));
  }

  @Test
  void doesNotVerifyBeforeTheFirstTransition() {
    CoordinatorState state =
        new CoordinatorState(Phase.AWAITING_FIRST, Shop.ROOT.der(), Head.NONE, 0, List.of());
    assertRefused(ClientError.AWAITING_FIRST, "state", () -> verify(answer(state)));
  }

  @Test
  void refusesWhatIsNotLaidOutAsSpecified() {
    String text = answer().document().toUtf8();
    assertMalformed(EncodingError.JSON_UNKNOWN_FIELD, text.replaceFirst("\\{", "{\"more\":1,"));
    assertMalformed(
        ClientError.ATTEST_MALFORMED, text.replace(AttestDocument.SCHEMA, "cloister/attest/v2"));
    assertMalformed(EncodingError.JSON_WRONG_TYPE, text.replace("\"ready\"", "\"other\""));
    assertMalformed(ClientError.ATTEST_MALFORMED, text.replace("\"index\":0", "\"index\":1"));
    assertMalformed(
        ClientError.ATTEST_MALFORMED, text.replace("\"siblings\":[]", "\"siblings\":[\"00\"]"));
    assertMalformed(ClientError.ATTEST_MALFORMED, text.replace("\"snp\"", "\"\""));
    assertMalformed(
        ClientError.ATTEST_MALFORMED,
        text.replaceFirst("\"report\":\"[^\"]*\"", "\"report\":\"\""));
    assertMalformed(
        ClientError.ATTEST_MALFORMED, text.replaceFirst("\"manifest\":\"[^\"]*\",", ""));
    assertMalformed(EncodingError.BUDGET_EXCEEDED, " ".repeat(AttestDocument.MAX_SIZE + 1));
  }

  private static void assertMalformed(dev.cloister.encoding.ErrorCode code, String text) {
    assertRefused(code, () -> AttestDocument.parse(Bytes.ofUtf8(text)));
  }

  @Test
  void refusesARequestThatIsNotOneNonce() {
    for (String text : List.of("{}", "{\"nonce\":\"00\"}", "[]", "{\"nonce\":1}")) {
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> AttestDocument.parseRequest(Bytes.ofUtf8(text)))
          .isInstanceOf(dev.cloister.encoding.CloisterException.class);
    }
    assertRefused(
        EncodingError.BUDGET_EXCEEDED,
        () -> AttestDocument.parseRequest(Bytes.ofUtf8(" ".repeat(1025))));
  }
}
