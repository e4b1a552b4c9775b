package dev.cloister.manifest;

import static dev.cloister.manifest.Documents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.EncodingError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestTest {

  private static final Bytes FIRST = Bytes.ofUtf8("first").sha256();
  private static final Bytes SECOND = Bytes.ofUtf8("second").sha256();

  private static final Deployment DEPLOYMENT = Documents.deployment();

  private static ReferenceValue referenceValue() {
    return Documents.referenceValue("guest");
  }

  private static Workload workload(Bytes digest, String name, String... values) {
    return Workload.plain(digest, name, "default", WorkloadRole.WORKLOAD, List.of(values));
  }

  private static Manifest create(List<Workload> workloads) {
    return Manifest.create(
        DEPLOYMENT.pin(), workloads, Map.of("snp", referenceValue()), CertificateRules.STANDARD);
  }

  private static Manifest made() {
    return create(List.of(workload(FIRST, "kv", "snp"), workload(SECOND, "web", "snp")));
  }

  private static Manifest parse(String text) {
    return Manifest.parse(Bytes.ofUtf8(text));
  }

  private static String text() {
    return made().document().toUtf8();
  }

  @Test
  void whatIsCreatedReadsBackAsTheSame() {
    Manifest read = Manifest.parse(made().document());
    assertThat(read).isEqualTo(made());
    assertThat(read.workloads()).extracting(Workload::name).containsExactly("kv", "web");
    assertThat(read.referenceValuesOf(read.workloads().getFirst()))
        .containsExactly(referenceValue());
  }

  @Test
  void findsAWorkloadByTheDigestOfItsInitdataOnly() {
    assertThat(made().workload(SECOND)).map(Workload::fullName).contains("default/web");
    assertThat(made().workload(Bytes.ofUtf8("third").sha256())).isEmpty();
  }

  @Test
  void refusesAnUnknownSchema() {
    assertRefused(
        ManifestError.UNKNOWN_SCHEMA,
        "schema",
        () -> parse(text().replace("manifest/v1", "manifest/v9")));
  }

  @Test
  void refusesAnUnknownFieldOfAWorkload() {
    assertRefused(
        EncodingError.JSON_UNKNOWN_FIELD,
        "workloads[" + FIRST.toHex() + "].image",
        () -> parse(text().replaceFirst("\"name\": \"kv\"", "\"name\": \"kv\", \"image\": \"x\"")));
  }

  @Test
  void refusesAWorkloadWhoseReferenceValueIsNotThere() {
    assertRefused(
        ManifestError.UNKNOWN_REFERENCE_VALUE,
        "workloads[" + FIRST.toHex() + "].referenceValues",
        () -> create(List.of(workload(FIRST, "kv", "other"))));
  }

  @Test
  void refusesAWorkloadThatNoEvidenceCouldProve() {
    assertRefused(
        ManifestError.NO_REFERENCE_VALUE,
        "workloads[" + FIRST.toHex() + "].referenceValues",
        () -> workload(FIRST, "kv"));
  }

  @Test
  void takesTwoVersionsOfAWorkloadAndNoThird() {
    Bytes third = Bytes.ofUtf8("third").sha256();
    Workload old = workload(FIRST, "kv", "snp");
    Workload next = workload(SECOND, "kv", "snp");
    assertThat(Manifest.parse(create(List.of(old, next)).document()).workloads())
        .containsExactly(old, next);
    assertRefused(
        ManifestError.WORKLOAD_TWICE,
        "workloads[" + third.toHex() + "]",
        () -> create(List.of(old, next, workload(third, "kv", "snp"))));
  }

  @Test
  void refusesACoordinatorThatSharesItsName() {
    for (WorkloadRole role : WorkloadRole.values()) {
      Workload coordinator =
          Workload.plain(FIRST, "kv", "default", WorkloadRole.COORDINATOR, List.of("snp"));
      Workload other = Workload.plain(SECOND, "kv", "default", role, List.of("snp"));
      assertRefused(
          ManifestError.WORKLOAD_TWICE,
          "workloads[" + SECOND.toHex() + "]",
          () -> create(List.of(coordinator, other)));
      assertRefused(
          ManifestError.WORKLOAD_TWICE,
          "workloads[" + FIRST.toHex() + "]",
          () -> create(List.of(other, coordinator)));
    }
  }

  @Test
  void refusesADigestInUpperCase() {
    String upper = FIRST.toHex().toUpperCase(java.util.Locale.ROOT);
    assertRefused(
        ManifestError.BAD_DIGEST,
        "workloads[" + upper + "]",
        () -> parse(text().replace(FIRST.toHex(), upper)));
  }

  @Test
  void refusesANamespaceThatIsNoDnsLabel() {
    assertRefused(
        ManifestError.BAD_NAME,
        "workloads[" + FIRST.toHex() + "].namespace",
        () -> parse(text().replaceFirst("\"default\"", "\"De.fault\"")));
  }

  @Test
  void refusesARoleThatItDoesNotKnow() {
    assertRefused(
        EncodingError.JSON_WRONG_TYPE,
        "workloads[" + FIRST.toHex() + "].role",
        () -> parse(text().replaceFirst("\"workload\"", "\"admin\"")));
  }

  @Test
  void refusesABadReferenceValueByItsPath() {
    assertRefused(
        EncodingError.JSON_WRONG_TYPE,
        "referenceValues[snp].vcpus",
        () -> parse(text().replace("\"vcpus\": 1", "\"vcpus\": 0")));
  }

  @Test
  void refusesMoreWorkloadsThanTheLimit() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i <= Manifest.MAX_WORKLOADS; i++) {
      many.append(i == 0 ? "" : ",").append("\"").append(i).append("\":1");
    }
    assertRefused(
        EncodingError.BUDGET_EXCEEDED,
        "workloads",
        () ->
            parse(
                "{\"schema\":\"cloister/manifest/v1\",\"deployment\":\""
                    + DEPLOYMENT.pin()
                    + "\",\"workloads\":{"
                    + many
                    + "},\"referenceValues\":{}}"));
  }

  @Test
  void anEmptyManifestAllowsNothing() {
    Manifest empty =
        Manifest.create(DEPLOYMENT.pin(), List.of(), Map.of(), CertificateRules.STANDARD);
    assertThat(empty.workload(FIRST)).isEmpty();
  }

  private static void assertRefusedName(String name) {
    assertRefused(
        ManifestError.BAD_SAN,
        "workloads[" + FIRST.toHex() + "].sans[0]",
        () ->
            new Workload(
                FIRST, "kv", "default", WorkloadRole.WORKLOAD, List.of("snp"), List.of(name), ""));
  }

  @Test
  void refusesANameThatOnlyTheCoordinatorGives() {
    assertRefusedName("id.cloister.internal");
    assertRefusedName("kv.default.shop.id.cloister.internal");
  }

  @Test
  void refusesNamesThatAreNoDnsNames() {
    for (String name :
        List.of("", "*.example", "Shop.example", "a..b", "a.", "10.0.0.1", "a_b", "a".repeat(64))) {
      assertRefusedName(name);
    }
    assertRefusedName("a.".repeat(127) + "a");
  }

  @Test
  void takesTheLongestNameAndAllNamesOfTheLimit() {
    String longest = ("a".repeat(63) + ".").repeat(3) + "a".repeat(61);
    List<String> names = new java.util.ArrayList<>(List.of(longest, "shop.example"));
    while (names.size() < Workload.MAX_SANS) {
      names.add("n" + names.size());
    }
    Workload most =
        new Workload(
            FIRST, "kv", "default", WorkloadRole.WORKLOAD, List.of("snp"), names, "db/main");
    assertThat(Manifest.parse(create(List.of(most)).document()).workloads()).containsExactly(most);
    names.add("one-more");
    assertRefused(
        EncodingError.BUDGET_EXCEEDED,
        "workloads[" + FIRST.toHex() + "].sans",
        () ->
            create(
                List.of(
                    new Workload(
                        FIRST,
                        "kv",
                        "default",
                        WorkloadRole.WORKLOAD,
                        List.of("snp"),
                        names,
                        ""))));
  }

  @Test
  void refusesANameThatStandsTwice() {
    assertRefused(
        ManifestError.BAD_SAN,
        "workloads[" + FIRST.toHex() + "].sans[1]",
        () ->
            new Workload(
                FIRST,
                "kv",
                "default",
                WorkloadRole.WORKLOAD,
                List.of("snp"),
                List.of("a.example", "a.example"),
                ""));
  }

  @Test
  void refusesASecretWhoseIdHasAnotherForm() {
    String path = "workloads[" + FIRST.toHex() + "].secret";
    for (String id : List.of("", "-x", "X", "a b", "a".repeat(129))) {
      assertRefused(
          ManifestError.BAD_SECRET_ID,
          path,
          () ->
              parse(
                  text()
                      .replaceFirst(
                          "\"name\": \"kv\"", "\"name\": \"kv\", \"secret\": \"" + id + "\"")));
    }
  }

  @Test
  void refusesAManifestOfAnotherDeployment() {
    assertRefused(
        ManifestError.OTHER_DEPLOYMENT,
        "deployment",
        () -> made().requireFor(Documents.deployment()));
  }

  @Test
  void refusesASimulatedReferenceValueInAHardwareDeployment() {
    Deployment hardware =
        Deployment.create("shop", Documents.NONCE, Mode.HARDWARE, DEPLOYMENT.owners());
    Manifest mixed =
        Manifest.create(
            hardware.pin(), List.of(), Map.of("snp", referenceValue()), CertificateRules.STANDARD);
    assertRefused(
        ManifestError.MODE_MIXED, "referenceValues[snp].root", () -> mixed.requireFor(hardware));
  }

  @Test
  void refusesLifetimesOutOfRange() {
    assertRefused(
        EncodingError.JSON_WRONG_TYPE,
        "certificates.lifetimeSeconds",
        () -> parse(text().replace("\"lifetimeSeconds\": 86400", "\"lifetimeSeconds\": 59")));
    assertRefused(
        EncodingError.JSON_WRONG_TYPE,
        "certificates.graceSeconds",
        () -> parse(text().replace("\"graceSeconds\": 3600", "\"graceSeconds\": 2592001")));
    assertRefused(
        ManifestError.BAD_LIFETIME,
        "certificates.graceSeconds",
        () -> new CertificateRules(Duration.ofHours(1), Duration.ofMillis(1500)));
  }

  @Test
  void theOwnersOfAManifestReadBack() {
    Owners owners = Documents.deployment().owners();
    Manifest changed = made().withOwners(owners);
    assertThat(Manifest.parse(changed.document()).owners()).contains(owners);
    assertThat(changed.workloads()).isEqualTo(made().workloads());
  }
}
