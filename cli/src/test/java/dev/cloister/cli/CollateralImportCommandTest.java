package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.EarliestTime;
import dev.cloister.attestation.SnpEvidence;
import dev.cloister.collateral.CollateralStore;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.simulator.SimulatedVendor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Collateral that is exported at one place, imported at another and used without network. */
class CollateralImportCommandTest {

  private static final SimulatedVendor VENDOR =
      SimulatedVendor.open(
          Path.of("target", "simulated-vendor").toAbsolutePath(),
          InstantSource.system(),
          new SecureRandom(),
          _ -> {});
  private static final SnpEvidence WHOLE =
      SnpEvidence.of(
          VENDOR.report(
              Bytes.ofUtf8("a launch").sha384(),
              Bytes.zeros(32),
              Bytes.ofUtf8("a vm").sha256(),
              Bytes.zeros(64)),
          VENDOR.certificateTable());

  @TempDir Path directory = Path.of("");
  private Path report = Path.of("");
  private Path cache = Path.of("");

  @BeforeEach
  void writeTheReport() throws IOException {
    report = Files.write(directory.resolve("report.bin"), WHOLE.report().toArray());
    cache = directory.resolve("cache");
  }

  private static Json.Obj json(Session session) {
    return (Json.Obj) JsonParser.parse(Bytes.ofUtf8(session.out()), JsonBudget.DOCUMENT);
  }

  private static String line(SnpEvidence evidence) {
    return JsonWriter.canonical(CollateralExportCommand.request("a", evidence)) + "\n";
  }

  private Session bring(String bundle, String... more) {
    Path file = directory.resolve("bundle.jsonl");
    try {
      Files.writeString(file, bundle);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return simulated(
        List.of(more), "collateral", "import", file.toString(), "--cache", cache.toString());
  }

  private Session authenticate(String... more) {
    return simulated(List.of(more), "evidence", "authenticate", report.toString());
  }

  private static Session simulated(List<String> more, String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--allow-simulated", "--root", VENDOR.trustAnchor().text()));
    all.addAll(more);
    return Session.of(all.toArray(new String[0]));
  }

  @Test
  void saysWhatItStoredAndUntilWhenItIsCurrent() {
    Session session = bring(line(WHOLE), "-o", "json");
    assertThat(session.status()).describedAs(session.err()).isZero();
    JsonFields answer = JsonFields.of(json(session), "");
    assertThat(answer.string("store")).isEqualTo(cache.toString());
    List<String> names =
        answer.list(
            "pieces",
            10,
            (piece, path) -> {
              JsonFields fields = JsonFields.of(piece, path);
              assertThat(Instant.parse(fields.string("validFrom"))).isBefore(Instant.now());
              assertThat(Instant.parse(fields.string("validUntil"))).isAfter(Instant.now());
              assertThat(fields.hex("sha256", 32).size()).isEqualTo(32);
              return fields.string("name");
            });
    assertThat(names).contains("/vcek/v1/Genoa/cert_chain", "/vcek/v1/Genoa/crl").hasSize(3);
    assertThat(bring(line(WHOLE)).out()).startsWith("Stored 3 pieces").contains(" until ");
  }

  @Test
  void evidenceWithoutAnythingIsAuthenticWithWhatWasImported() {
    assertThat(bring(line(WHOLE)).status()).isZero();
    assertThat(authenticate().status()).isEqualTo(4);
    Session session = authenticate("--cache", cache.toString(), "-o", "json");
    assertThat(session.status()).describedAs(session.out()).isZero();
    assertThat(json(session).members())
        .containsEntry("verdict", Json.of("authentic"))
        .containsEntry("revocation", Json.of("checked"))
        .containsKey("cached");
  }

  @Test
  void refusesABundleThatDoesNotVerifyAndStoresNothing() throws IOException {
    byte[] list = WHOLE.revocationLists().getFirst().toArray();
    list[list.length - 10] ^= 1;
    SnpEvidence wrong =
        new SnpEvidence(WHOLE.report(), WHOLE.certificates(), List.of(Bytes.of(list)));
    Session session = bring(line(WHOLE) + line(wrong));
    assertThat(session.status()).isEqualTo(1);
    assertThat(session.err()).contains("CL-COL-006").contains("line 2").contains("CL-ATT-014");
    assertThat(Files.exists(cache)).isFalse();
  }

  @Test
  void refusesASimulatedBundleWhereItIsNotAskedFor() throws IOException {
    Path file = Files.writeString(directory.resolve("bundle.jsonl"), line(WHOLE));
    Session session =
        Session.of("collateral", "import", file.toString(), "--cache", cache.toString());
    assertThat(session.status()).isEqualTo(1);
    assertThat(session.err()).contains("CL-COL-006").contains("CL-ATT-008");
  }

  @Test
  void aBundleOfAnotherFormIsWrongUse() {
    for (String bundle : List.of("", "\n", "[]\n", line(WHOLE) + "{\n", "{\"type\":\"snp\"}\n")) {
      Session session = bring(bundle);
      assertThat(session.status()).describedAs(bundle).isEqualTo(2);
      assertThat(session.err()).contains("CL-CLI-030");
    }
    assertThat(bring("[]\n").err()).contains("line 1");
    assertThat(Files.exists(cache)).isFalse();
  }

  @Test
  void refusesATimeBeforeWhatTheStoreProves() {
    Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
    CollateralStore.open(cache).raise(new EarliestTime(tomorrow));
    Session session = authenticate("--cache", cache.toString(), "-o", "json");
    assertThat(session.status()).isEqualTo(1);
    assertThat(json(session).members())
        .containsEntry("code", Json.of("CL-ATT-067"))
        .containsEntry("path", Json.of("at"))
        .containsEntry("expected", Json.of("not before " + tomorrow));
    Session bring = bring(line(WHOLE));
    assertThat(bring.status()).isEqualTo(1);
    assertThat(bring.err()).contains("CL-ATT-067");
  }

  @Test
  void anAgeWithoutAStoreIsWrongUse() {
    assertThat(authenticate("--max-age", "1").status()).isEqualTo(2);
    assertThat(authenticate("--cache", cache.toString(), "--max-age", "-1").status()).isEqualTo(2);
  }
}
