package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.util.List;

/**
 * One entry of a manifest: pods of one initdata.
 *
 * @param initdataDigest SHA-256 of the pods' initdata, 32 bytes
 * @param name the workload's name, a DNS label
 * @param namespace its namespace, a DNS label
 * @param role what it is to the deployment
 * @param referenceValues names of the manifest's reference values of which its evidence must match
 *     one; from 1 to {@value #MAX_REFERENCE_VALUES}
 */
public record Workload(
    Bytes initdataDigest,
    String name,
    String namespace,
    WorkloadRole role,
    List<String> referenceValues) {

  /** The most reference values that a workload may name. */
  public static final int MAX_REFERENCE_VALUES = 64;

  public Workload {
    referenceValues = List.copyOf(referenceValues);
    String path = "workloads[" + initdataDigest.toHex() + "]";
    if (initdataDigest.size() != 32) {
      throw new CloisterException(ManifestError.BAD_DIGEST, path, "has not 32 bytes");
    }
    DnsLabel.check(name, path + ".name");
    DnsLabel.check(namespace, path + ".namespace");
    if (referenceValues.isEmpty()) {
      throw new CloisterException(
          ManifestError.NO_REFERENCE_VALUE, path + ".referenceValues", "the list is empty");
    }
  }

  static Workload read(Bytes digest, Json json, String path) {
    JsonFields fields = JsonFields.of(json, path);
    Workload workload =
        new Workload(
            digest,
            fields.string("name"),
            fields.string("namespace"),
            fields.oneOf("role", WorkloadRole.class, WorkloadRole::text),
            fields.strings("referenceValues", MAX_REFERENCE_VALUES));
    fields.end();
    return workload;
  }

  Json toJson() {
    return Json.object()
        .put("name", name)
        .put("namespace", namespace)
        .put("role", role.text())
        .put("referenceValues", Json.ofStrings(referenceValues))
        .build();
  }

  /** Namespace and name, for people. */
  public String fullName() {
    return namespace + "/" + name;
  }
}
