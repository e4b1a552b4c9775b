package dev.cloister.manifest;

import static dev.cloister.manifest.Documents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.SnpProduct;
import dev.cloister.attestation.TcbVersion;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.EncodingError;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestTest {

  private static final Bytes FIRST = Bytes.ofUtf8("first").sha256();
  private static final Bytes SECOND = Bytes.ofUtf8("second").sha256();

  private static ReferenceValue referenceValue() {
    SnpProduct product = SnpProduct.GENOA;
    return ReferenceValue.plain(
        "guest",
        new TrustAnchor.Simulated(Bytes.ofUtf8("root").sha256()),
        product,
        Bytes.ofUtf8("digest").sha384(),
        1,
        new TcbVersion(product.layout(), 0, 1, 2, 3, 4));
  }

  private static Workload workload(Bytes digest, String name, String... values) {
    return new Workload(digest, name, "default", WorkloadRole.WORKLOAD, List.of(values));
  }

  private static Manifest made() {
    return Manifest.create(
        List.of(workload(FIRST, "kv", "snp"), workload(SECOND, "web", "snp")),
        Map.of("snp", referenceValue()));
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
        () ->
            Manifest.create(
                List.of(workload(FIRST, "kv", "other")), Map.of("snp", referenceValue())));
  }

  @Test
  void refusesAWorkloadThatNoEvidenceCouldProve() {
    assertRefused(
        ManifestError.NO_REFERENCE_VALUE,
        "workloads[" + FIRST.toHex() + "].referenceValues",
        () -> workload(FIRST, "kv"));
  }

  @Test
  void refusesTwoWorkloadsOfOneName() {
    assertRefused(
        ManifestError.WORKLOAD_TWICE,
        "workloads[" + SECOND.toHex() + "]",
        () -> parse(text().replace("\"web\"", "\"kv\"")));
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
                "{\"schema\":\"cloister/manifest/v1\",\"workloads\":{"
                    + many
                    + "},\"referenceValues\":{}}"));
  }

  @Test
  void anEmptyManifestAllowsNothing() {
    Manifest empty = Manifest.create(List.of(), Map.of());
    assertThat(empty.workload(FIRST)).isEmpty();
  }
}
