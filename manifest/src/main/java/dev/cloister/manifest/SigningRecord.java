package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.EncodingError;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An owner's memory of what was signed: at most one successor of each transition, since a host that
 * holds two can fork the deployment. Immutable; whoever keeps it in a file writes the new one
 * before signing.
 */
public final class SigningRecord {

  /** The schema that this version reads and writes. */
  public static final String SCHEMA = "cloister/signing-record/v1";

  /** The most statements that a record remembers. */
  public static final int MAX_STATEMENTS = 1 << 16;

  /** Nothing was signed yet. */
  public static final SigningRecord NONE = new SigningRecord(new LinkedHashMap<>());

  private static final JsonBudget BUDGET = new JsonBudget(16 << 20, 2, 4 + MAX_STATEMENTS);
  private static final String FIRST = "first";

  private final Map<String, String> signed;

  private SigningRecord(Map<String, String> signed) {
    this.signed = signed;
  }

  /**
   * Reads a document of at most 16 MiB.
   *
   * @throws CloisterException naming the path that is wrong
   */
  public static SigningRecord parse(Bytes document) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, BUDGET), "");
    Schemas.check(fields, SCHEMA);
    Map<String, String> signed = fields.map("signed", MAX_STATEMENTS, SigningRecord::readDigest);
    for (String key : signed.keySet()) {
      if (!key.matches("[0-9a-f]{64}/(first|[0-9a-f]{64})")) {
        throw JsonFields.wrongType("signed[" + key + "]", "a pin and what is followed");
      }
    }
    fields.end();
    return new SigningRecord(signed);
  }

  private static String readDigest(Json json, String path) {
    String text = JsonFields.asString(json, path);
    if (!DigestText.matches(text)) {
      throw JsonFields.wrongType(path, "32 bytes in lower-case hexadecimal");
    }
    return text;
  }

  /** The document. */
  public Bytes document() {
    Json.ObjectBuilder entries = Json.object();
    signed.forEach(entries::put);
    return Bytes.ofUtf8(
        JsonWriter.pretty(
            Json.object().put("schema", SCHEMA).put("signed", entries.build()).build()));
  }

  /**
   * Remembers that a transition is signed. Signing one again is allowed.
   *
   * @throws CloisterException with {@link ManifestError#SECOND_SUCCESSOR} where another successor
   *     of the same transition, or another first one, was signed
   */
  public SigningRecord add(Transition transition) {
    String earlier = signed.get(key(transition));
    if (earlier != null && !earlier.equals(value(transition))) {
      throw new CloisterException(
          ManifestError.SECOND_SUCCESSOR,
          "statement",
          "statement " + earlier + " was signed as number " + transition.head().number());
    }
    return addDespiteFork(transition);
  }

  /**
   * Remembers a transition in place of another successor that was signed. Only for where the
   * earlier one can never be accepted, for example a first transition for a Coordinator that no
   * longer exists: expiry is judged by a clock that the host sets.
   */
  public SigningRecord addDespiteFork(Transition transition) {
    Map<String, String> next = new LinkedHashMap<>(signed);
    next.put(key(transition), value(transition));
    if (next.size() > MAX_STATEMENTS) {
      throw new CloisterException(
          EncodingError.BUDGET_EXCEEDED, "signed", "more than " + MAX_STATEMENTS + " statements");
    }
    return new SigningRecord(next);
  }

  private static String key(Transition transition) {
    Bytes previous = transition.previous();
    return transition.deployment() + "/" + (previous.isEmpty() ? FIRST : previous.toHex());
  }

  private static String value(Transition transition) {
    return transition.head().digest().toHex();
  }
}
