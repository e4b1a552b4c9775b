package dev.cloister.manifest;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What may run: the content of {@code manifest.json}. Workloads are known by the digest of their
 * initdata, which is in their evidence; reference values say which guest image on which machines
 * may carry them. Equality is of the document's bytes.
 */
public final class Manifest {

  /** The schema that this version reads and writes. */
  public static final String SCHEMA = "cloister/manifest/v1";

  /** The most workloads that a manifest may list. */
  public static final int MAX_WORKLOADS = 20_000;

  /** The most entries of one name: the pods of a workload before and after an update. */
  public static final int MAX_VERSIONS = 2;

  /** The most reference values that a manifest may hold. */
  public static final int MAX_REFERENCE_VALUES = 256;

  /** The most bytes that a document may have. */
  public static final int MAX_SIZE = 32 << 20;

  private static final JsonBudget BUDGET = new JsonBudget(MAX_SIZE, 12, 1 << 20);

  private final Bytes document;
  private final Bytes digest;
  private final DeploymentPin deployment;
  private final Map<Bytes, Workload> workloads;
  private final Map<String, ReferenceValue> referenceValues;
  private final CertificateRules certificates;
  private final Optional<Owners> owners;

  private Manifest(
      Bytes document,
      DeploymentPin deployment,
      Map<Bytes, Workload> workloads,
      Map<String, ReferenceValue> referenceValues,
      CertificateRules certificates,
      Optional<Owners> owners) {
    this.document = document;
    this.digest = document.sha256();
    this.deployment = deployment;
    this.workloads = Collections.unmodifiableMap(workloads);
    this.referenceValues = Collections.unmodifiableMap(referenceValues);
    this.certificates = certificates;
    this.owners = owners;
    checkNames();
    MeshEdges.check(this.workloads.values());
  }

  private void checkNames() {
    Map<String, List<Workload>> named = new HashMap<>();
    for (Workload workload : workloads.values()) {
      String path = "workloads[" + workload.initdataDigest().toHex() + "]";
      List<Workload> versions = named.computeIfAbsent(workload.fullName(), _ -> new ArrayList<>());
      versions.add(workload);
      requireVersions(versions, path);
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

  /** Two entries of one name are two versions of a workload, and one identity. */
  private static void requireVersions(List<Workload> versions, String path) {
    boolean several = versions.size() > 1;
    if (versions.size() > MAX_VERSIONS
        || (several && versions.stream().anyMatch(Workload::isCoordinator))) {
      throw new CloisterException(
          ManifestError.WORKLOAD_TWICE,
          path,
          versions.getFirst().fullName() + " is listed already");
    }
  }

  /**
   * A manifest of the workloads, which leaves the owners as they are.
   *
   * @param referenceValues by name, a DNS label
   */
  public static Manifest create(
      DeploymentPin deployment,
      Collection<Workload> workloads,
      Map<String, ReferenceValue> referenceValues,
      CertificateRules certificates) {
    Json.ObjectBuilder json = toJson(deployment, workloads, referenceValues, certificates);
    return parse(Bytes.ofUtf8(JsonWriter.pretty(json.build())));
  }

  /** The same manifest, which names these owners from its transition on. */
  public Manifest withOwners(Owners next) {
    Json.ObjectBuilder json = toJson(deployment, workloads.values(), referenceValues, certificates);
    json.put("owners", next.toJson());
    return parse(Bytes.ofUtf8(JsonWriter.pretty(json.build())));
  }

  private static Json.ObjectBuilder toJson(
      DeploymentPin deployment,
      Collection<Workload> workloads,
      Map<String, ReferenceValue> referenceValues,
      CertificateRules certificates) {
    Json.ObjectBuilder entries = Json.object();
    workloads.forEach(w -> entries.put(w.initdataDigest().toHex(), w.toJson()));
    Json.ObjectBuilder values = Json.object();
    referenceValues.forEach((name, value) -> values.put(name, value.toJson()));
    return Json.object()
        .put("schema", SCHEMA)
        .put("deployment", deployment.toString())
        .put("workloads", entries.build())
        .put("referenceValues", values.build())
        .put("certificates", certificates.toJson());
  }

  /**
   * Reads a {@code manifest.json} of at most 32 MiB.
   *
   * @throws CloisterException naming the path that is wrong
   */
  public static Manifest parse(Bytes document) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, BUDGET), "");
    Schemas.check(fields, SCHEMA);
    DeploymentPin deployment = new DeploymentPin(fields.hex("deployment", 32));
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
    CertificateRules certificates = CertificateRules.read(fields.object("certificates"));
    Optional<Owners> owners = fields.optionalObject("owners").map(Owners::read);
    fields.end();
    return new Manifest(document, deployment, workloads, values, certificates, owners);
  }

  private static Bytes readDigest(String key, String path) {
    if (!DigestText.matches(key)) {
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
    return digest;
  }

  /** The pin of the deployment that it is for. */
  public DeploymentPin deployment() {
    return deployment;
  }

  /** How long certificates live. */
  public CertificateRules certificates() {
    return certificates;
  }

  /** The owners from its transition on, where it changes them. */
  public Optional<Owners> owners() {
    return owners;
  }

  /** The Coordinators of the deployment, in the order of the document. */
  public List<Workload> coordinators() {
    return workloads.values().stream().filter(Workload::isCoordinator).toList();
  }

  /**
   * Checks that it is for the deployment: names its pin, and has reference values of its mode only
   * (simulated and hardware never mix).
   *
   * @throws CloisterException with {@link ManifestError#OTHER_DEPLOYMENT} or {@link
   *     ManifestError#MODE_MIXED}
   */
  public void requireFor(Deployment owner) {
    if (!deployment.equals(owner.pin())) {
      throw new CloisterException(
          ManifestError.OTHER_DEPLOYMENT, "deployment", deployment + " is not " + owner.pin());
    }
    for (Map.Entry<String, ReferenceValue> entry : referenceValues.entrySet()) {
      Mode mode =
          switch (entry.getValue().root()) {
            case TrustAnchor.Amd _, TrustAnchor.Intel _ -> Mode.HARDWARE;
            case TrustAnchor.Simulated _ -> Mode.SIMULATED;
          };
      if (mode != owner.mode()) {
        throw new CloisterException(
            ManifestError.MODE_MIXED,
            "referenceValues[" + entry.getKey() + "].root",
            "is " + mode.text() + " where the deployment is " + owner.mode().text());
      }
    }
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
