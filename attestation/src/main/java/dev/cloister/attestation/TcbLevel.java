package dev.cloister.attestation;

import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.time.Instant;
import java.util.List;

/**
 * What Intel says about one level of a part.
 *
 * @param status the level's status
 * @param date the day to whose knowledge it is up to date
 * @param advisories identifiers of what it lacks
 */
record TcbLevel(TcbStatus status, Instant date, List<String> advisories) {

  private static final int MAX_ADVISORIES = 512;

  TcbLevel {
    advisories = List.copyOf(advisories);
  }

  /** The members that every level has. */
  static TcbLevel read(JsonFields fields) {
    String status = fields.string("tcbStatus");
    return new TcbLevel(
        TcbStatus.ofLevel(status)
            .orElseThrow(() ->
                SignedJson.malformed(
                    fields.path("tcbStatus"), "a status that is not known here: " + status)),
        SignedJson.time(fields, "tcbDate"),
        fields.listOrEmpty("advisoryIDs", MAX_ADVISORIES, JsonFields::asString));
  }

  /**
   * A level of a part with one security version.
   *
   * @param lowest the version from which it holds
   */
  record OfPart(int lowest, TcbLevel level) {

    private static final int MAX_LEVELS = 256;

    static List<OfPart> readAll(JsonFields fields) {
      return fields.list("tcbLevels", MAX_LEVELS, OfPart::read).stream()
          .sorted((a, b) -> Integer.compare(b.lowest(), a.lowest()))
          .toList();
    }

    private static OfPart read(Json json, String path) {
      JsonFields fields = JsonFields.of(json, path);
      int lowest = (int) fields.object("tcb").integer("isvsvn", 0, 65535);
      return new OfPart(lowest, TcbLevel.read(fields));
    }
  }
}
