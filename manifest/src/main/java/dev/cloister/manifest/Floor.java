package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;

/**
 * What was known when a pod's initdata was generated: the content of {@code floor.json}. The pod
 * never accepts an older state, another history or another Coordinator instance.
 *
 * @param coordinatorRoot SHA-256 of the SubjectPublicKeyInfo of the Coordinator's root CA, 32 bytes
 * @param head the newest transition then, never {@link Head#NONE}
 */
public record Floor(Bytes coordinatorRoot, Head head) {

  /** The schema that this version reads and writes. */
  public static final String SCHEMA = "cloister/floor/v1";

  private static final JsonBudget BUDGET = new JsonBudget(1 << 10, 1, 8);

  public Floor {
    if (coordinatorRoot.size() != 32 || head.equals(Head.NONE)) {
      throw new IllegalArgumentException("a floor needs a root and a transition");
    }
  }

  /** The floor of a history with at least one transition. */
  public static Floor of(History history) {
    return new Floor(history.coordinatorRoot(), history.head());
  }

  /**
   * Reads a {@code floor.json} of at most 1 KiB.
   *
   * @throws CloisterException naming the path that is wrong
   */
  public static Floor parse(Bytes document) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, BUDGET), "");
    Schemas.check(fields, SCHEMA);
    Floor floor = read(fields);
    fields.end();
    return floor;
  }

  static Floor read(JsonFields fields) {
    return new Floor(
        fields.hex("coordinatorRoot", 32),
        new Head(fields.integer("number", 1, Transition.MAX_NUMBER), fields.hex("head", 32)));
  }

  /** The document. */
  public Bytes document() {
    Json.ObjectBuilder json = Json.object().put("schema", SCHEMA);
    return JsonWriter.canonicalBytes(write(json).build());
  }

  Json.ObjectBuilder write(Json.ObjectBuilder json) {
    return json.put("coordinatorRoot", coordinatorRoot.toHex())
        .put("number", head.number())
        .put("head", head.digest().toHex());
  }

  /**
   * Checks that a history goes through this floor.
   *
   * @throws CloisterException with {@link ManifestError#OTHER_COORDINATOR}, {@link
   *     ManifestError#OLDER_HEAD} or {@link ManifestError#FORKED_HISTORY}
   */
  public void check(History history) {
    if (history.head().number() > 0 && !coordinatorRoot.equals(history.coordinatorRoot())) {
      throw new CloisterException(
          ManifestError.OTHER_COORDINATOR,
          "coordinatorRoot",
          "shown is "
              + history.coordinatorRoot().toHex()
              + ", known is "
              + coordinatorRoot.toHex());
    }
    history.requireIncludes(head);
  }
}
