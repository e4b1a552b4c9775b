package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.util.Optional;
import java.util.function.Function;

/**
 * What one pod is: a JSON object of file names to texts. {@code deployment.json} and {@code
 * policy.json} are required, {@code floor.json} is optional, nothing else is allowed. Its SHA-256
 * is in the evidence of the pod's VM (SNP: HOST_DATA), so that the evidence says which deployment
 * and which policy hold there.
 *
 * <p>The policy's bytes are given out unread: the module {@code policy} reads them.
 */
public final class Initdata {

  /** The most bytes that a document may have. */
  public static final int MAX_SIZE = 1 << 20;

  private static final String DEPLOYMENT = "deployment.json";
  private static final String POLICY = "policy.json";
  private static final String FLOOR = "floor.json";
  // One object with three texts, the object itself counted too.
  private static final JsonBudget BUDGET = new JsonBudget(MAX_SIZE, 2, 4);

  private final Bytes document;
  private final Deployment deployment;
  private final Bytes policy;
  private final Optional<Floor> floor;

  private Initdata(Bytes document, Deployment deployment, Bytes policy, Optional<Floor> floor) {
    this.document = document;
    this.deployment = deployment;
    this.policy = policy;
    this.floor = floor;
  }

  /**
   * The initdata of a pod.
   *
   * @param policy the bytes of its {@code policy.json}, UTF-8
   */
  public static Initdata create(Deployment deployment, Bytes policy) {
    Json json =
        Json.object()
            .put(DEPLOYMENT, deployment.document().toUtf8())
            .put(POLICY, policy.toUtf8())
            .build();
    return parse(JsonWriter.canonicalBytes(json));
  }

  /** The same pod, which never accepts an older state of its deployment than the floor. */
  public Initdata withFloor(Floor known) {
    Json json =
        Json.object()
            .put(DEPLOYMENT, deployment.document().toUtf8())
            .put(POLICY, policy.toUtf8())
            .put(FLOOR, known.document().toUtf8())
            .build();
    return parse(JsonWriter.canonicalBytes(json));
  }

  /**
   * Reads the document of at most {@value #MAX_SIZE} bytes.
   *
   * @throws CloisterException naming the file and path that is wrong
   */
  public static Initdata parse(Bytes document) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, BUDGET), "initdata");
    Bytes deployment = Bytes.ofUtf8(fields.string(DEPLOYMENT));
    Bytes policy = Bytes.ofUtf8(fields.string(POLICY));
    Optional<Floor> floor =
        fields.optionalString(FLOOR).map(text -> read(FLOOR, Bytes.ofUtf8(text), Floor::parse));
    fields.end();
    if (policy.isEmpty()) {
      throw new CloisterException(ManifestError.INITDATA_FILE, fields.path(POLICY), "is empty");
    }
    return new Initdata(document, read(DEPLOYMENT, deployment, Deployment::parse), policy, floor);
  }

  private static <T> T read(String file, Bytes text, Function<Bytes, T> parser) {
    try {
      return parser.apply(text);
    } catch (CloisterException e) {
      String where = e.where().isEmpty() ? file : file + ": " + e.where();
      throw new CloisterException(e.code(), where, e.detail(), e);
    }
  }

  /** The document, byte for byte as received. */
  public Bytes document() {
    return document;
  }

  /** SHA-256 of the document: what the evidence of the pod's VM holds as host data. */
  public Bytes digest() {
    return document.sha256();
  }

  /** The deployment that the pod belongs to. */
  public Deployment deployment() {
    return deployment;
  }

  /** The bytes of the pod's policy. */
  public Bytes policy() {
    return policy;
  }

  /** What was known when it was generated, where it says so. */
  public Optional<Floor> floor() {
    return floor;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Initdata that && document.equals(that.document);
  }

  @Override
  public int hashCode() {
    return document.hashCode();
  }

  @Override
  public String toString() {
    return "initdata " + digest().toHex();
  }
}
