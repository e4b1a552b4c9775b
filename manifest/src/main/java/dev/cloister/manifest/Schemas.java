package dev.cloister.manifest;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.JsonFields;

/** The field {@code schema} that every document begins with. */
final class Schemas {

  private Schemas() {}

  /**
   * Takes the field.
   *
   * @throws CloisterException with {@link ManifestError#UNKNOWN_SCHEMA} where it is another
   */
  static void check(JsonFields fields, String schema) {
    String found = fields.string("schema");
    if (!found.equals(schema)) {
      throw new CloisterException(
          ManifestError.UNKNOWN_SCHEMA, fields.path("schema"), "is not \"" + schema + "\"");
    }
  }
}
