package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A client's memory: the newest transition that it ever saw of each deployment. Immutable; whoever
 * keeps it in a file writes the new one before trusting what it was made from.
 */
public final class KnownHeads {

  /** The schema that this version reads and writes. */
  public static final String SCHEMA = "cloister/known-heads/v1";

  /** The most deployments. */
  public static final int MAX_DEPLOYMENTS = 4096;

  /** Nothing is known yet. */
  public static final KnownHeads NONE = new KnownHeads(new LinkedHashMap<>());

  private static final JsonBudget BUDGET =
      new JsonBudget(2 << 20, 3, 3 + 4 * (MAX_DEPLOYMENTS + 1));

  private final Map<DeploymentPin, Floor> known;

  private KnownHeads(Map<DeploymentPin, Floor> known) {
    this.known = known;
  }

  /**
   * Reads a document of at most 2 MiB.
   *
   * @throws CloisterException naming the path that is wrong
   */
  public static KnownHeads parse(Bytes document) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, BUDGET), "");
    Schemas.check(fields, SCHEMA);
    Map<DeploymentPin, Floor> known = new LinkedHashMap<>();
    fields
        .map("deployments", MAX_DEPLOYMENTS, KnownHeads::readFloor)
        .forEach((key, floor) -> known.put(readPin(key), floor));
    fields.end();
    return new KnownHeads(known);
  }

  private static Floor readFloor(Json json, String path) {
    JsonFields fields = JsonFields.of(json, path);
    Floor floor = Floor.read(fields);
    fields.end();
    return floor;
  }

  private static DeploymentPin readPin(String key) {
    if (!DigestText.matches(key)) {
      throw JsonFields.wrongType(
          "deployments[" + key + "]", "a deployment pin in lower-case hexadecimal");
    }
    return new DeploymentPin(Bytes.ofHex(key));
  }

  /** The document. */
  public Bytes document() {
    Json.ObjectBuilder deployments = Json.object();
    known.forEach(
        (pin, floor) -> deployments.put(pin.toString(), floor.write(Json.object()).build()));
    return Bytes.ofUtf8(
        JsonWriter.pretty(
            Json.object().put("schema", SCHEMA).put("deployments", deployments.build()).build()));
  }

  /** What is known of a deployment. */
  public Optional<Floor> of(DeploymentPin deployment) {
    return Optional.ofNullable(known.get(deployment));
  }

  /**
   * Compares a history with what is known, and remembers it.
   *
   * @param shown a verified history with at least one transition
   * @throws CloisterException with {@link ManifestError#OLDER_HEAD}, {@link
   *     ManifestError#FORKED_HISTORY} or {@link ManifestError#OTHER_COORDINATOR}: an alarm
   */
  public KnownHeads observe(History shown) {
    DeploymentPin pin = shown.deployment().pin();
    Floor floor = known.get(pin);
    if (floor != null) {
      floor.check(shown);
    }
    if (floor == null && known.size() >= MAX_DEPLOYMENTS) {
      throw new CloisterException(
          dev.cloister.encoding.EncodingError.BUDGET_EXCEEDED,
          "deployments",
          "more than " + MAX_DEPLOYMENTS + " are known");
    }
    Map<DeploymentPin, Floor> next = new LinkedHashMap<>(known);
    next.put(pin, Floor.of(shown));
    return new KnownHeads(next);
  }
}
