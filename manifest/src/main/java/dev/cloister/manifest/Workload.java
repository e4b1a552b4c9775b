package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.EncodingError;
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
 * @param sans DNS names that its certificate carries besides its identity name: at most {@value
 *     #MAX_SANS}, in lower case, no wildcard, none under {@code id.cloister.internal}
 * @param secret id of the secret that the Coordinator derives for it: up to 128 of a-z, 0-9, '.',
 *     '_', '/' and '-', a letter or digit at both ends; empty where it gets none
 * @param connections who may connect to it, and to whom it may connect
 */
public record Workload(
    Bytes initdataDigest,
    String name,
    String namespace,
    WorkloadRole role,
    List<String> referenceValues,
    List<String> sans,
    String secret,
    Connections connections) {

  /** The most reference values that a workload may name. */
  public static final int MAX_REFERENCE_VALUES = 64;

  /** The most DNS names that a workload may have. */
  public static final int MAX_SANS = 64;

  private static final int MAX_SECRET = 128;

  public Workload {
    referenceValues = List.copyOf(referenceValues);
    sans = List.copyOf(sans);
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
    requireSans(sans, path + ".sans");
    if (!secret.isEmpty()) {
      requireSecret(secret, path + ".secret");
    }
    connections.requireFor(namespace, path);
    if (role == WorkloadRole.COORDINATOR && !connections.equals(Connections.NONE)) {
      throw new CloisterException(
          ManifestError.COORDINATOR_IN_MESH, path, "a Coordinator has no part in the mesh");
    }
  }

  /** A workload that nobody may connect to, and that may connect to nobody. */
  public Workload(
      Bytes initdataDigest,
      String name,
      String namespace,
      WorkloadRole role,
      List<String> referenceValues,
      List<String> sans,
      String secret) {
    this(initdataDigest, name, namespace, role, referenceValues, sans, secret, Connections.NONE);
  }

  /** The same workload with other connections. */
  public Workload withConnections(Connections others) {
    return new Workload(
        initdataDigest, name, namespace, role, referenceValues, sans, secret, others);
  }

  /**
   * Checks that the names are such as a workload may have.
   *
   * @param path where they stand; the error names it and the place in the list
   * @throws CloisterException with {@link ManifestError#BAD_SAN}, or {@link
   *     EncodingError#BUDGET_EXCEEDED} where they are too many
   */
  public static void requireSans(List<String> sans, String path) {
    if (sans.size() > MAX_SANS) {
      throw new CloisterException(EncodingError.BUDGET_EXCEEDED, path, "more than " + MAX_SANS);
    }
    DnsNames.check(sans, path);
  }

  /**
   * Checks that the text is the id of a secret.
   *
   * @param path where it stands
   * @throws CloisterException with {@link ManifestError#BAD_SECRET_ID}
   */
  public static void requireSecret(String secret, String path) {
    if (!DnsLabel.isWord(secret, MAX_SECRET, "._/-")) {
      throw new CloisterException(
          ManifestError.BAD_SECRET_ID,
          path,
          "not 1 to " + MAX_SECRET + " of a-z, 0-9, '.', '_', '/' and '-'");
    }
  }

  /** A workload with no DNS names of its own and no secret. */
  public static Workload plain(
      Bytes initdataDigest,
      String name,
      String namespace,
      WorkloadRole role,
      List<String> referenceValues) {
    return new Workload(initdataDigest, name, namespace, role, referenceValues, List.of(), "");
  }

  static Workload read(Bytes digest, Json json, String path) {
    JsonFields fields = JsonFields.of(json, path);
    Workload workload =
        new Workload(
            digest,
            fields.string("name"),
            fields.string("namespace"),
            fields.oneOf("role", WorkloadRole.class, WorkloadRole::text),
            fields.strings("referenceValues", MAX_REFERENCE_VALUES),
            fields.strings("sans", MAX_SANS),
            readSecret(fields),
            Connections.read(fields));
    fields.end();
    return workload;
  }

  private static String readSecret(JsonFields fields) {
    if (!fields.has("secret")) {
      return "";
    }
    String secret = fields.string("secret");
    if (secret.isEmpty()) {
      throw new CloisterException(ManifestError.BAD_SECRET_ID, fields.path("secret"), "is empty");
    }
    return secret;
  }

  Json toJson() {
    Json.ObjectBuilder json =
        Json.object()
            .put("name", name)
            .put("namespace", namespace)
            .put("role", role.text())
            .put("referenceValues", Json.ofStrings(referenceValues))
            .put("sans", Json.ofStrings(sans));
    if (!secret.isEmpty()) {
      json.put("secret", secret);
    }
    connections.write(json);
    return json.build();
  }

  /** Namespace and name, for people. */
  public String fullName() {
    return namespace + "/" + name;
  }

  /** Whether it is a Coordinator of the deployment. */
  public boolean isCoordinator() {
    return role == WorkloadRole.COORDINATOR;
  }
}
