package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** What the JSON forms of both kinds of reference values have in common. */
final class ReferenceJson {

  private static final int MAX_LIST = 4096;

  private ReferenceJson() {}

  static <E extends Enum<E>> Set<E> set(
      JsonFields fields, String name, Class<E> type, Function<E, String> textOf) {
    List<E> values =
        fields.list(
            name, type.getEnumConstants().length, (json, path) -> one(json, path, type, textOf));
    Set<E> set = new TreeSet<>(values);
    if (set.size() != values.size()) {
      throw invalid(fields.path(name), "a value stands twice");
    }
    return set;
  }

  private static <E extends Enum<E>> E one(
      Json json, String path, Class<E> type, Function<E, String> textOf) {
    String text = JsonFields.asString(json, path);
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> textOf.apply(constant).equals(text))
        .findFirst()
        .orElseThrow(() ->
            JsonFields.wrongType(
                path,
                "one of "
                    + String.join(
                        ", ", Arrays.stream(type.getEnumConstants()).map(textOf).toList())));
  }

  static List<Bytes> digests(JsonFields fields, String name, int size) {
    List<Bytes> values =
        fields.listOrEmpty(
            name,
            MAX_LIST,
            (json, path) -> {
              String text = JsonFields.asString(json, path);
              if (!text.matches("[0-9a-f]{" + 2 * size + "}")) {
                throw JsonFields.wrongType(path, size + " bytes in lower-case hexadecimal");
              }
              return Bytes.ofHex(text);
            });
    requireFilled(fields, name, values);
    return values;
  }

  static void requireFilled(JsonFields fields, String name, List<?> values) {
    if (fields.has(name) && values.isEmpty()) {
      throw invalid(fields.path(name), "an empty list would allow nothing; leave it out");
    }
  }

  static void putHex(Json.ObjectBuilder object, String name, List<Bytes> values) {
    if (!values.isEmpty()) {
      object.put(name, Json.ofStrings(values.stream().map(Bytes::toHex).toList()));
    }
  }

  static <E extends Enum<E>> Json texts(Set<E> values, Function<E, String> textOf) {
    List<E> sorted = new ArrayList<>(values);
    sorted.sort(null);
    return Json.ofStrings(sorted.stream().map(textOf).toList());
  }

  static CloisterException invalid(String path, String detail) {
    return new CloisterException(AttestationError.REFERENCE_VALUE_INVALID, path, detail);
  }
}
