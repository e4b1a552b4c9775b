package dev.cloister.cli;

import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.util.Optional;

/**
 * Fields of a request that may be absent or null, which means the same.
 *
 * @param fields the request
 */
record NullableFields(JsonFields fields) {

  /** The text; nothing where the field is absent or null. */
  Optional<String> text(String name) {
    return present(name).map(value -> JsonFields.asString(value, fields.path(name)));
  }

  /** The value; nothing where the field is absent or null. */
  Optional<Json> present(String name) {
    return fields.has(name)
        ? Optional.of(fields.any(name)).filter(value -> !(value instanceof Json.Null))
        : Optional.empty();
  }
}
