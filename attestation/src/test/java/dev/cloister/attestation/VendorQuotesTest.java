package dev.cloister.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Genuine quotes of Intel's processors, with the collateral of many days. */
class VendorQuotesTest {

  private static final TdxAuthenticator INTEL = TdxAuthenticator.of(TrustAnchor.intel());
  private static final String NONE = "NOT_SUPPORTED";

  private static Stream<Vectors.Node> nodes(Vectors vectors, String path) {
    return ((Json.Arr) vectors.json(path).json()).elements().stream().map(Vectors.Node::new);
  }

  private static Stream<Vectors.Node> quotes(Vectors vectors) {
    return nodes(vectors, "derived/tdx_expected.json");
  }

  private static Bytes quote(Vectors vectors, String id) {
    return vectors.read("derived/tdx/" + id + ".quote.bin");
  }

  static TdxEvidence evidence(Vectors vectors, Vectors.Node pair) {
    boolean hasList = !pair.get("pck_crl").isNull();
    return new TdxEvidence(
        quote(vectors, pair.text("quote")),
        List.of(),
        new TdxCollateral(
            vectors.read(pair.text("tcb_info")),
            vectors.read(pair.text("qe_identity")),
            vectors.read(pair.text("root_crl")),
            hasList ? vectors.read(pair.text("pck_crl")) : Bytes.EMPTY,
            List.of(vectors.read(pair.text("tcb_signing")))));
  }

  @TestFactory
  Stream<DynamicTest> readsEveryFieldOfEveryGenuineQuote() {
    return Vectors.find().stream()
        .flatMap(vectors ->
            quotes(vectors)
                .map(quote -> dynamicTest(quote.text("id"), () -> compareFields(vectors, quote))));
  }

  private static void compareFields(Vectors vectors, Vectors.Node expected) {
    TdxQuote quote = TdxQuote.parse(vectors.read(expected.text("quote")));
    TdReport body = quote.body();
    assertThat(quote.version()).isEqualTo(expected.number("version"));
    assertThat(body.teeTcbSvn().toHex()).isEqualTo(expected.text("tee_tcb_svn"));
    assertThat(body.mrSeam().toHex()).isEqualTo(expected.text("mrseam"));
    assertThat(body.attributes().text()).isEqualTo(expected.text("td_attributes"));
    assertThat(TdAttributes.hex(body.xfam())).isEqualTo(expected.text("xfam"));
    assertThat(body.mrTd().toHex()).isEqualTo(expected.text("mrtd"));
    assertThat(body.mrConfigId().toHex()).isEqualTo(expected.text("mrconfigid"));
    assertThat(body.mrOwner().toHex()).isEqualTo(expected.text("mrowner"));
    assertThat(body.mrOwnerConfig().toHex()).isEqualTo(expected.text("mrownerconfig"));
    for (int i = 0; i < 4; i++) {
      assertThat(body.rtmr(i).toHex()).isEqualTo(expected.text("rtmr" + i));
    }
    assertThat(body.reportData().toHex()).isEqualTo(expected.text("report_data"));
    if (body.isOf15()) {
      assertThat(body.currentTeeTcbSvn().toHex()).isEqualTo(expected.text("tee_tcb_svn2"));
      assertThat(body.mrServiceTd().toHex()).isEqualTo(expected.text("mr_service_td"));
    }
  }

  /** Without collateral, a genuine quote is undecided; one of another root is refused. */
  @TestFactory
  Stream<DynamicTest> isInconclusiveWithoutCollateral() {
    return Vectors.find().stream()
        .flatMap(vectors ->
            quotes(vectors)
                .filter(quote -> !quote.get("verify_at_without_collateral").isNull())
                .map(quote -> dynamicTest(quote.text("id"), () -> checkBare(vectors, quote))));
  }

  private static void checkBare(Vectors vectors, Vectors.Node expected) {
    Bytes quote = vectors.read(expected.text("quote"));
    Instant at = Instant.parse(expected.text("verify_at_without_collateral"));
    Authentication answer =
        INTEL.authenticate(new TdxEvidence(quote, List.of(), TdxCollateral.none()), at);
    if (expected.text("root").contains("production)")) {
      assertThat(answer)
          .isEqualTo(
              new Inconclusive(
                  List.of("tcbInfo", "qeIdentity", "rootCaCrl", "pckCrl", "tcbSigning")));
    } else {
      assertThat(((Rejected) answer).code()).isEqualTo(AttestationError.ROOT_NOT_TRUSTED);
    }
  }

  @TestFactory
  Stream<DynamicTest> saysOfEveryPairWhatIntelSays() {
    return Vectors.find().stream()
        .flatMap(vectors ->
            nodes(vectors, "derived/tdx_pairs.json")
                .map(pair ->
                    dynamicTest(
                        pair.text("quote") + " " + pair.text("tcb_info").substring(19),
                        () -> checkPair(vectors, pair))));
  }

  private static void checkPair(Vectors vectors, Vectors.Node pair) {
    Authentication answer =
        INTEL.authenticate(evidence(vectors, pair), Instant.parse(pair.text("time")));
    if (pair.get("pck_crl").isNull()) {
      assertThat(answer).isEqualTo(new Inconclusive(List.of("pckCrl")));
      return;
    }
    if (pair.text("final_status").equals(NONE)) {
      assertThat(((Rejected) answer).code()).isEqualTo(AttestationError.TCB_LEVEL_UNKNOWN);
      return;
    }
    assertThat(answer).isInstanceOf(Authentic.class);
    TcbEvaluation tcb = ((TdxClaims) ((Authentic) answer).claims()).tcb();
    assertThat(tcb.status().text()).isEqualTo(pair.text("final_status"));
    assertThat(tcb.platform().text()).isEqualTo(pair.text("platform_status"));
    assertThat(tcb.module().map(TcbStatus::text)).isEqualTo(textOf(pair, "module_status"));
    assertThat(tcb.quotingEnclave().text()).isEqualTo(pair.text("qe_status"));
    List<String> advisories = new ArrayList<>();
    ((Json.Arr) pair.get("advisories").json())
        .elements()
        .forEach(advisory -> advisories.add(((Json.Str) advisory).value()));
    assertThat(tcb.advisories()).containsExactlyInAnyOrderElementsOf(advisories);
    assertThat(tcb.evaluationDataNumber()).isEqualTo(pair.number("tcb_eval"));
  }

  private static Optional<String> textOf(Vectors.Node node, String name) {
    return node.get(name).isNull() ? Optional.empty() : Optional.of(node.text(name));
  }
}
