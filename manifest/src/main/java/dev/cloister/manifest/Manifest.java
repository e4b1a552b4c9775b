package dev.cloister.manifest;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What may run: the content of {@code manifest.json}. Workloads are known by the digest of their
 * initdata, which is in their evidence; reference values say which guest image on which machines
 * may carry them. Equality is of the document's bytes.
 */
public final class Manifest {

  /** The schema that this version reads and writes. */
  public static final String SCHEMA = "cloister/manifest/v1";

  /** The most workloads that a manifest may list. */
  public static final int MAX_WORKLOADS = 4096;

  /** The most reference values that a manifest may hold. */
  public static final int MAX_REFERENCE_VALUES = 256;

  private static final JsonBudget BUDGET = new JsonBudget(8 << 20, 12, 1 << 18);

  private final Bytes document;
  private final Map<Bytes, Workload> workloads;
  private final Map<String, ReferenceValue> referenceValues;

  private Manifest(
      Bytes document, Map<Bytes, Workload> workloads, Map<String, ReferenceValue> referenceValues) {
    this.document = document;
    this.workloads = Collections.unmodifiableMap(workloads);
    this.referenceValues = Collections.unmodifiableMap(referenceValues);
    checkNames();
  }

  private void checkNames() {
    Set<String> names = new HashSet<>();
    for (Workload workload : workloads.values()) {
      String path = "workloads[" + workload.initdataDigest().toHex() + "]";
      if (!names.add(workload.fullName())) {
        throw new CloisterException(
            ManifestError.WORKLOAD_TWICE, path, workload.fullName() + " is listed already");
      }
      for (String name : workload.referenceValues()) {
        if (!referenceValues.containsKey(name)) {
          throw new CloisterException(
              ManifestError.UNKNOWN_REFERENCE_VALUE,
              path + ".referenceValues",
              "there is no reference value \"" + name + "\"");
        }
      }
    }
    referenceValues.keySet().forEach(name -> DnsLabel.check(name, "referenceValues"));
  }

  /**
   * A manifest of the workloads.
   *
   * @param referenceValues by name, a DNS label
   */
  public static Manifest create(
      Collection<Workload> workloads, Map<String, ReferenceValue> referenceValues) {
    Json.ObjectBuilder entries = Json.object();
    workloads.forEach(w -> entries.put(w.initdataDigest().toHex(), w.toJson()));
    Json.ObjectBuilder values = Json.object();
    referenceValues.forEach((name, value) -> values.put(name, value.toJson()));
    Json json =
        Json.object()
            .put("schema", SCHEMA)
            .put("workloads", entries.build())
            .put("referenceValues", values.build())
            .build();
    return parse(Bytes.ofUtf8(JsonWriter.pretty(json)));
  }

  /**
   * Reads a {@code manifest.json} of at most 8 MiB.
   *
   * @throws CloisterException naming the path that is wrong
   */
  public static Manifest parse(Bytes document) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, BUDGET), "");
    Schemas.check(fields, SCHEMA);
    Map<Bytes, Workload> workloads = new LinkedHashMap<>();
    fields
        .map("workloads", MAX_WORKLOADS, (json, path) -> json)
        .forEach((key, json) -> {
          String path = "workloads[" + key + "]";
          Bytes digest = readDigest(key, path);
          workloads.put(digest, Workload.read(digest, json, path));
        });
    Map<String, ReferenceValue> values =
        fields.map("referenceValues", MAX_REFERENCE_VALUES, ReferenceValue::parse);
    fields.end();
    return new Manifest(document, workloads, values);
  }

  private static Bytes readDigest(String key, String path) {
    if (!key.matches("[0-9a-f]{64}")) {
      throw new CloisterException(
          ManifestError.BAD_DIGEST, path, "not 64 lower-case hexadecimal digits");
    }
    return Bytes.ofHex(key);
  }

  /** The document, byte for byte as received. */
  public Bytes document() {
    return document;
  }

  /** SHA-256 of the document. */
  public Bytes digest() {
    return document.sha256();
  }

  /** All workloads, in the order of the document. */
  public List<Workload> workloads() {
    return List.copyOf(workloads.values());
  }

  /** The workload of this initdata, if it may run. */
  public Optional<Workload> workload(Bytes initdataDigest) {
    return Optional.ofNullable(workloads.get(initdataDigest));
  }

  /** All reference values by name, in the order of the document. */
  public Map<String, ReferenceValue> referenceValues() {
    return referenceValues;
  }

  /** The reference values that apply to a workload of this manifest, in the order it names them. */
  public List<ReferenceValue> referenceValuesOf(Workload workload) {
    return workload.referenceValues().stream().map(this::referenceValue).toList();
  }

  private ReferenceValue referenceValue(String name) {
    ReferenceValue value = referenceValues.get(name);
    if (value == null) {
      throw new IllegalArgumentException("a workload of another manifest");
    }
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Manifest that && document.equals(that.document);
  }

  @Override
  public int hashCode() {
    return document.hashCode();
  }

  @Override
  public String toString() {
    return "manifest " + digest().toHex();
  }
}
