package dev.cloister.encoding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes a JSON object apart, field by field, and refuses what nobody asked for. Use one per object,
 * in one thread, and end with {@link #end()}:
 *
 * <pre>{@code
 * JsonFields fields = JsonFields.of(json, "policy");
 * String name = fields.string("name");
 * fields.end();
 * }</pre>
 *
 * <p>Every failure is a {@link CloisterException} whose place is the path of the field, for example
 * {@code policy.containers[0].name}.
 */
public final class JsonFields {

  private final Map<String, Json> members;
  private final String path;
  private final Set<String> taken = new HashSet<>();

  private JsonFields(Map<String, Json> members, String path) {
    this.members = members;
    this.path = path;
  }

  /** The fields of {@code value}, which must be an object; {@code path} names it in errors. */
  public static JsonFields of(Json value, String path) {
    if (value instanceof Json.Obj object) {
      return new JsonFields(object.members(), path);
    }
    throw wrongType(path, "an object");
  }

  /** The path of this object. */
  public String path() {
    return path;
  }

  /** The path of one of its fields. */
  public String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Whether the field is there. */
  public boolean has(String name) {
    return members.containsKey(name);
  }

  /** The required field, as it is. */
  public Json any(String name) {
    Json value = take(name);
    if (value == null) {
      throw new CloisterException(
          EncodingError.JSON_MISSING_FIELD, path(name), "the field is missing");
    }
    return value;
  }

  /** The required text. */
  public String string(String name) {
    return asString(any(name), path(name));
  }

  /** The text, or nothing where the field is absent. */
  public Optional<String> optionalString(String name) {
    return optional(name).map(value -> asString(value, path(name)));
  }

  /** The required whole number from {@code min} to {@code max}. */
  public long integer(String name, long min, long max) {
    return asInteger(any(name), path(name), min, max);
  }

  /** The whole number, or nothing where the field is absent. */
  public Optional<Long> optionalInteger(String name, long min, long max) {
    return optional(name).map(value -> asInteger(value, path(name), min, max));
  }

  /** The required truth value. */
  public boolean bool(String name) {
    return asBool(any(name), path(name));
  }

  /** The truth value, or {@code absent} where the field is absent. */
  public boolean boolOr(String name, boolean absent) {
    return optional(name).map(value -> asBool(value, path(name))).orElse(absent);
  }

  /** The required bytes of exactly {@code size} bytes, written as lower-case hexadecimal text. */
  public Bytes hex(String name, int size) {
    String text = string(name);
    if (text.length() != 2 * size || !text.equals(text.toLowerCase(java.util.Locale.ROOT))) {
      throw wrongType(path(name), size + " bytes in lower-case hexadecimal");
    }
    return Bytes.ofHex(text);
  }

  /** The required object. */
  public JsonFields object(String name) {
    return of(any(name), path(name));
  }

  /** The object, or nothing where the field is absent. */
  public Optional<JsonFields> optionalObject(String name) {
    return optional(name).map(value -> of(value, path(name)));
  }

  /** The required array, each element read by {@code reader} together with its path. */
  public <T> List<T> list(String name, int maxElements, ElementReader<T> reader) {
    return asList(any(name), path(name), maxElements, reader);
  }

  /** The array, or no elements where the field is absent. */
  public <T> List<T> listOrEmpty(String name, int maxElements, ElementReader<T> reader) {
    return optional(name)
        .map(value -> asList(value, path(name), maxElements, reader))
        .orElse(List.of());
  }

  /** The required array of texts. */
  public List<String> strings(String name, int maxElements) {
    return list(name, maxElements, JsonFields::asString);
  }

  /** The required object used as a map, in the order of its members. */
  public <T> Map<String, T> map(String name, int maxEntries, ElementReader<T> reader) {
    JsonFields object = object(name);
    if (object.members.size() > maxEntries) {
      throw new CloisterException(
          EncodingError.BUDGET_EXCEEDED, path(name), "more than " + maxEntries + " entries");
    }
    Map<String, T> map = new LinkedHashMap<>();
    object.members.forEach(
        (key, value) -> map.put(key, reader.read(value, path(name) + "[" + key + "]")));
    return map;
  }

  /** One of the constants of an enum, found by {@code textOf}. */
  public <E extends Enum<E>> E oneOf(String name, Class<E> type, Function<E, String> textOf) {
    String text = string(name);
    List<String> allowed = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (textOf.apply(constant).equals(text)) {
        return constant;
      }
      allowed.add(textOf.apply(constant));
    }
    throw wrongType(path(name), "one of " + String.join(", ", allowed));
  }

  /** Refuses every field that was not taken. */
  public void end() {
    for (String name : members.keySet()) {
      if (!taken.contains(name)) {
        throw new CloisterException(EncodingError.JSON_UNKNOWN_FIELD, path(name), "unknown field");
      }
    }
  }

  /** Reads one element of an array or map, whose path is given for errors. */
  @FunctionalInterface
  public interface ElementReader<T> {
    /** The value that the element stands for. */
    T read(Json element, String path);
  }

  /** The text that {@code value} is. */
  public static String asString(Json value, String path) {
    if (value instanceof Json.Str text) {
      return text.value();
    }
    throw wrongType(path, "a text");
  }

  /** The refusal of a value that has another type or range than it must have. */
  public static CloisterException wrongType(String path, String wanted) {
    return new CloisterException(EncodingError.JSON_WRONG_TYPE, path, "must be " + wanted);
  }

  private static long asInteger(Json value, String path, long min, long max) {
    if (value instanceof Json.Num number && number.value() >= min && number.value() <= max) {
      return number.value();
    }
    throw wrongType(path, "a whole number from " + min + " to " + max);
  }

  private static boolean asBool(Json value, String path) {
    if (value instanceof Json.Bool bool) {
      return bool.value();
    }
    throw wrongType(path, "true or false");
  }

  private static <T> List<T> asList(
      Json value, String path, int maxElements, ElementReader<T> reader) {
    if (!(value instanceof Json.Arr array)) {
      throw wrongType(path, "an array");
    }
    if (array.elements().size() > maxElements) {
      throw new CloisterException(
          EncodingError.BUDGET_EXCEEDED, path, "more than " + maxElements + " elements");
    }
    List<T> list = new ArrayList<>();
    for (int i = 0; i < array.elements().size(); i++) {
      list.add(reader.read(array.elements().get(i), path + "[" + i + "]"));
    }
    return List.copyOf(list);
  }

  private Optional<Json> optional(String name) {
    return Optional.ofNullable(take(name));
  }

  private @Nullable Json take(String name) {
    taken.add(name);
    return members.get(name);
  }
}
