package dev.cloister.cli;

import dev.cloister.attestation.Evidence;
import dev.cloister.attestation.EvidenceType;
import dev.cloister.attestation.Expectation;
import dev.cloister.attestation.PemCertificates;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.SnpEvidence;
import dev.cloister.attestation.TdxCollateral;
import dev.cloister.attestation.TdxEvidence;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.EncodingError;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A question about evidence, as {@code docs/schemas/evidence-request.schema.json} describes it. A
 * member that is null counts as absent; one that is not known is refused.
 *
 * @param evidence what is examined
 * @param at the time at which everything must be valid
 * @param reportData 64 bytes that the evidence must carry; nothing where that is not asked
 * @param hostData 32 bytes that the host must have given; nothing where that is not asked
 * @param policy what the evidence is appraised against; nothing where that is not asked
 */
record EvidenceRequest(
    Evidence evidence,
    Instant at,
    Optional<Bytes> reportData,
    Optional<Bytes> hostData,
    Optional<Json> policy) {

  private static final int MAX_CERTIFICATES = 16;

  /**
   * Takes the request apart.
   *
   * @param now the time for a request that names none
   */
  static EvidenceRequest read(JsonFields fields, Instant now) {
    NullableFields nullable = new NullableFields(fields);
    EvidenceType type = fields.oneOf("type", EvidenceType.class, EvidenceType::text);
    Bytes bytes = base64(fields.string("evidence"), fields.path("evidence"));
    List<Bytes> certificates = certificates(nullable, "certificates");
    Optional<JsonFields> collateral =
        nullable.present("collateral").map(json -> JsonFields.of(json, fields.path("collateral")));
    EvidenceRequest request =
        new EvidenceRequest(
            type == EvidenceType.SNP
                ? snp(bytes, certificates, collateral)
                : new TdxEvidence(
                    bytes,
                    certificates,
                    collateral.map(EvidenceRequest::tdx).orElseGet(TdxCollateral::none)),
            nullable.text("at").map(text -> time(text, fields.path("at"))).orElse(now),
            nullable.text("reportData").map(text -> hex(text, 64, fields.path("reportData"))),
            nullable.text("hostData").map(text -> hex(text, 32, fields.path("hostData"))),
            nullable.present("policy"));
    nullable.present("id");
    fields.end();
    return request;
  }

  private static SnpEvidence snp(
      Bytes report, List<Bytes> certificates, Optional<JsonFields> collateral) {
    if (collateral.isEmpty()) {
      return new SnpEvidence(report, certificates, List.of());
    }
    NullableFields fields = new NullableFields(collateral.get());
    Bytes list = optional(fields, "amdCrl");
    List<Bytes> more = certificates(fields, "certificates");
    ignoreOthers(fields);
    return new SnpEvidence(
        report,
        Stream.concat(certificates.stream(), more.stream()).distinct().toList(),
        list.isEmpty() ? List.of() : List.of(list));
  }

  private static TdxCollateral tdx(JsonFields collateral) {
    NullableFields fields = new NullableFields(collateral);
    TdxCollateral read =
        new TdxCollateral(
            optional(fields, "tcbInfo"),
            optional(fields, "qeIdentity"),
            optional(fields, "rootCaCrl"),
            optional(fields, "pckCrl"),
            certificates(fields, "certificates"));
    ignoreOthers(fields);
    return read;
  }

  /** Collateral of the other vendor may stand in a bundle; what is not known is refused. */
  private static void ignoreOthers(NullableFields fields) {
    for (String known : List.of("tcbInfo", "qeIdentity", "rootCaCrl", "pckCrl", "amdCrl")) {
      fields.present(known);
    }
    fields.fields().end();
  }

  private static Bytes optional(NullableFields fields, String name) {
    return fields
        .text(name)
        .map(text -> base64(text, fields.fields().path(name)))
        .orElse(Bytes.EMPTY);
  }

  private static List<Bytes> certificates(NullableFields fields, String name) {
    String path = fields.fields().path(name);
    Optional<Json> given = fields.present(name);
    if (given.isEmpty()) {
      return List.of();
    }
    if (!(given.get() instanceof Json.Arr texts) || texts.elements().size() > MAX_CERTIFICATES) {
      throw JsonFields.wrongType(path, "at most " + MAX_CERTIFICATES + " texts");
    }
    List<Bytes> certificates = new ArrayList<>();
    for (Json text : texts.elements()) {
      certificates.addAll(certificates(JsonFields.asString(text, path), path));
    }
    return List.copyOf(certificates);
  }

  private static List<Bytes> certificates(String text, String path) {
    return PemCertificates.isPem(text)
        ? PemCertificates.parse(text.strip(), path)
        : List.of(base64(text, path));
  }

  private static Bytes base64(String text, String path) {
    try {
      return Bytes.ofBase64(text);
    } catch (CloisterException e) {
      throw new CloisterException(e.code(), path, e.detail(), e);
    }
  }

  static Bytes hex(String text, int size, String path) {
    if (!text.matches("[0-9a-fA-F]{" + 2 * size + "}")) {
      throw JsonFields.wrongType(path, size + " bytes in hexadecimal");
    }
    return Bytes.ofHex(text);
  }

  static Instant time(String text, String path) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new CloisterException(
          EncodingError.JSON_WRONG_TYPE, path, "must be a time like 2026-01-01T00:00:00Z", e);
    }
  }

  /** What the evidence must carry beside the policy: report data has to be named. */
  Expectation expectation() {
    Bytes question =
        reportData.orElseThrow(() ->
            new CloisterException(
                EncodingError.JSON_MISSING_FIELD,
                "reportData",
                "without it, evidence of any time and purpose would do"));
    return hostData
        .map(digest -> Expectation.of(question, digest))
        .orElseGet(() -> Expectation.withoutHostData(question));
  }

  /**
   * The policy itself.
   *
   * @throws CloisterException where it is missing, or not a reference value
   */
  ReferenceValue reference() {
    return ReferenceValue.parse(
        policy.orElseThrow(() ->
            new CloisterException(
                EncodingError.JSON_MISSING_FIELD,
                "policy",
                "without it there is nothing to compare with")),
        "policy");
  }
}
