package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.SnpEvidence;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.simulator.SimulatedChip;
import dev.cloister.simulator.SimulatedVendor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evidence from the command line: one file, one request, many. */
class EvidenceCommandsTest {

  private static final Bytes LAUNCH = Bytes.ofUtf8("a launch").sha384();
  private static final Bytes HOST_DATA = Bytes.ofUtf8("an initdata").sha256();
  private static final Bytes QUESTION = Bytes.ofUtf8("a question").sha512();
  private static final SimulatedVendor VENDOR =
      SimulatedVendor.open(
          Path.of("target", "simulated-vendor").toAbsolutePath(),
          InstantSource.system(),
          new SecureRandom(),
          _ -> {});
  private static final Bytes REPORT =
      VENDOR.report(LAUNCH, HOST_DATA, Bytes.ofUtf8("a vm").sha256(), QUESTION);

  @TempDir Path directory = Path.of("");

  private static Json policy() {
    return SimulatedChip.referenceValue("guest", VENDOR.rootKeyDigest(), LAUNCH, 1).toJson();
  }

  private static SnpEvidence evidence() {
    return SnpEvidence.of(REPORT, VENDOR.certificateTable());
  }

  /** A request about the genuine report, with everything that is needed. */
  private static Map<String, Json> request() {
    Map<String, Json> members = new LinkedHashMap<>();
    members.put("id", Json.of("a"));
    members.put("type", Json.of("snp"));
    members.put("evidence", Json.of(REPORT.toBase64()));
    List<String> certificates = new ArrayList<>();
    evidence().certificates().forEach(der -> certificates.add(pem(der)));
    members.put("certificates", Json.ofStrings(certificates));
    members.put(
        "collateral",
        Json.object()
            .put("amdCrl", evidence().revocationLists().getFirst().toBase64())
            .put("tcbInfo", new Json.Null())
            .build());
    members.put("reportData", Json.of(QUESTION.toHex()));
    members.put("policy", policy());
    return members;
  }

  private static String pem(Bytes der) {
    return "-----BEGIN CERTIFICATE-----\n" + der.toBase64() + "\n-----END CERTIFICATE-----\n";
  }

  private static Map<String, Json> request(String name, Json value) {
    Map<String, Json> members = request();
    members.put(name, value);
    return members;
  }

  private static Map<String, Json> without(String name) {
    Map<String, Json> members = request();
    members.remove(name);
    return members;
  }

  private static Session verify(Map<String, Json> request) {
    return Session.reading(
        JsonWriter.canonical(new Json.Obj(request)),
        "evidence",
        "verify",
        "--allow-simulated",
        "--request",
        "-");
  }

  private static Json.Obj answer(Session session) {
    return (Json.Obj) JsonParser.parse(Bytes.ofUtf8(session.out()), JsonBudget.DOCUMENT);
  }

  private static void assertAnswer(Session session, int status, String verdict, String code) {
    assertThat(session.status()).describedAs(session.out() + session.err()).isEqualTo(status);
    assertThat(answer(session).members())
        .containsEntry("id", Json.of("a"))
        .containsEntry("verdict", Json.of(verdict))
        .containsEntry("code", Json.of(code));
  }

  @Test
  void trustsWhatIsGenuineAndAskedFor() {
    Session session = verify(request());
    assertAnswer(session, 0, "trusted", "");
    Json.Obj claims = (Json.Obj) JsonFields.of(answer(session), "").any("claims");
    assertThat(answer(session).members()).containsEntry("revocation", Json.of("checked"));
    assertThat(claims.members())
        .containsEntry("measurement", Json.of(LAUNCH.toHex()))
        .containsEntry("hostData", Json.of(HOST_DATA.toHex()))
        .containsEntry("signingKey", Json.of("vcek"))
        .containsKeys(
            "version",
            "product",
            "vmpl",
            "guestSvn",
            "guestPolicy",
            "platformInfo",
            "currentTcb",
            "reportedTcb",
            "committedTcb",
            "launchTcb",
            "reportData",
            "idKeyDigest",
            "authorKeyDigest",
            "reportId",
            "chipId");
  }

  @Test
  void refusesASimulatedRootUnlessItIsAllowed() {
    Session session =
        Session.reading(
            JsonWriter.canonical(new Json.Obj(request())), "evidence", "verify", "--request", "-");
    assertAnswer(session, 1, "rejected", "CL-ATT-039");
  }

  @Test
  void refusesReportDataOfAnotherQuestion() {
    Session session = verify(request("reportData", Json.of("00".repeat(64))));
    assertAnswer(session, 1, "rejected", "CL-ATT-024");
    assertThat(answer(session).members())
        .containsEntry("path", Json.of("report.reportData"))
        .containsEntry("found", Json.of(QUESTION.toHex()));
  }

  @Test
  void refusesHostDataOfAnotherInitdata() {
    assertAnswer(verify(request("hostData", Json.of(HOST_DATA.toHex()))), 0, "trusted", "");
    assertAnswer(
        verify(request("hostData", Json.of("00".repeat(32)))), 1, "rejected", "CL-ATT-025");
  }

  @Test
  void refusesWithoutRevocationListUnlessThePolicyDoesNot() {
    assertAnswer(verify(without("collateral")), 1, "rejected", "CL-ATT-023");
  }

  @Test
  void isInconclusiveWithoutCertificates() {
    Session session = verify(without("certificates"));
    assertAnswer(session, 4, "inconclusive", "");
    assertThat(answer(session).members())
        .containsEntry("missing", Json.ofStrings(List.of("vcek", "ask")));
  }

  @Test
  void refusesATruncatedReport() {
    Json cut = Json.of(REPORT.slice(0, 1000).toBase64());
    assertAnswer(verify(request("evidence", cut)), 1, "rejected", "CL-ATT-001");
  }

  @Test
  void aRequestWithoutQuestionOrPolicyIsMalformed() {
    assertThat(verify(without("reportData")).status()).isEqualTo(2);
    assertThat(verify(without("policy")).status()).isEqualTo(2);
    assertThat(verify(without("evidence")).status()).isEqualTo(2);
    assertThat(verify(request("nonce", Json.of("1"))).status()).isEqualTo(2);
    assertThat(verify(request("type", Json.of("sgx"))).status()).isEqualTo(2);
    assertThat(verify(request("reportData", Json.of("00"))).status()).isEqualTo(2);
    assertThat(verify(request("at", Json.of("today"))).status()).isEqualTo(2);
    for (String text : List.of("", "{", "[]", "{\"id\":1,\"id\":2}")) {
      Session session = Session.reading(text, "evidence", "authenticate", "--request", "-");
      assertThat(session.status()).describedAs(text).isEqualTo(2);
    }
  }

  @Test
  void answersEachLineOfABatchAlsoTheBadOnes() {
    String lines =
        String.join(
            "\n",
            JsonWriter.canonical(new Json.Obj(request())),
            JsonWriter.canonical(new Json.Obj(request("evidence", Json.of("!")))),
            "no request at all",
            JsonWriter.canonical(new Json.Obj(without("policy"))),
            JsonWriter.canonical(new Json.Obj(without("certificates"))));
    Session session =
        Session.reading(lines, "evidence", "verify", "--allow-simulated", "--batch", "-");
    assertThat(session.status()).isZero();
    List<Json> verdicts = new ArrayList<>();
    for (String line : session.out().lines().toList()) {
      Json.Obj answer = (Json.Obj) JsonParser.parse(Bytes.ofUtf8(line), JsonBudget.DOCUMENT);
      verdicts.add(answer.members().get("verdict"));
    }
    assertThat(verdicts)
        .containsExactly(
            Json.of("trusted"),
            Json.of("rejected"),
            Json.of("rejected"),
            Json.of("rejected"),
            Json.of("inconclusive"));
  }

  @Test
  void authenticatesFilesWithoutPolicy() throws IOException {
    Path report = Files.write(directory.resolve("report.bin"), REPORT.toArray());
    StringBuilder chain = new StringBuilder();
    evidence().certificates().forEach(der -> chain.append(pem(der)));
    Path certificates = Files.writeString(directory.resolve("chain.pem"), chain);
    Session genuine =
        Session.of(
            "evidence",
            "authenticate",
            report.toString(),
            "--certificates",
            certificates.toString(),
            "--allow-simulated",
            "--root",
            VENDOR.trustAnchor().text());
    assertThat(genuine.status()).describedAs(genuine.out() + genuine.err()).isZero();
    assertThat(genuine.out()).startsWith("AUTHENTIC").contains("unchecked");
    Session asAmds =
        Session.of(
            "evidence",
            "authenticate",
            report.toString(),
            "--certificates",
            certificates.toString());
    assertThat(asAmds.status()).isEqualTo(1);
    assertThat(asAmds.out()).startsWith("REJECTED").contains("CL-ATT-008");
  }

  @Test
  void inspectsEveryFieldOfAReport() throws IOException {
    Path report = Files.write(directory.resolve("report.bin"), REPORT.toArray());
    Session session = Session.of("evidence", "inspect", report.toString());
    assertThat(session.status()).isZero();
    assertThat(session.out())
        .contains("MEASUREMENT")
        .contains("REPORTED_TCB")
        .contains("Nothing of this was checked.");
    Session json = Session.of("evidence", "inspect", report.toString(), "-o", "json");
    List<Long> sizes =
        JsonFields.of(answer(json), "")
            .list(
                "fields",
                1000,
                (field, path) -> JsonFields.of(field, path).integer("size", 1, 1184));
    assertThat(sizes.stream().mapToLong(Long::longValue).sum()).isEqualTo(REPORT.size());
  }
}
