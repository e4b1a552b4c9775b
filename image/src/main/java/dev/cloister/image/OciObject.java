package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * An object of a document that others define and extend: unknown fields are skipped and null means
 * absent (OCI Image Specification, considerations.md, "Extensibility"), but what is read must have
 * its type. Failures are {@link ImageError#BAD_MANIFEST} with the path.
 */
final class OciObject {

  /** Most elements of any list. */
  private static final int MAX_ELEMENTS = 4096;

  private static final JsonBudget BUDGET = new JsonBudget(4 << 20, 32, 1 << 17);

  private final Map<String, Json> members;
  private final String path;

  private OciObject(Map<String, Json> members, String path) {
    this.members = members;
    this.path = path;
  }

  static OciObject parse(Bytes document, String path) {
    try {
      return of(JsonParser.parse(document, BUDGET), path);
    } catch (CloisterException e) {
      if (e.code() instanceof ImageError) {
        throw e;
      }
      throw new CloisterException(ImageError.BAD_MANIFEST, path, e.where() + " " + e.detail(), e);
    }
  }

  static OciObject of(Json value, String path) {
    if (value instanceof Json.Obj object) {
      return new OciObject(object.members(), path);
    }
    throw bad(path, "must be an object");
  }

  String requiredText(String name) {
    return text(required(name), path(name));
  }

  /** The text, or the empty text where it is absent. */
  String textOrEmpty(String name) {
    Json value = get(name);
    return value == null ? "" : text(value, path(name));
  }

  long requiredSize(String name) {
    if (required(name) instanceof Json.Num number && number.value() >= 0) {
      return number.value();
    }
    throw bad(path(name), "must be a whole number from 0");
  }

  Json requiredJson(String name) {
    return required(name);
  }

  OciObject requiredObject(String name) {
    return of(required(name), path(name));
  }

  /** The object, or an empty one where it is absent. */
  OciObject objectOrEmpty(String name) {
    Json value = get(name);
    return value == null ? new OciObject(Map.of(), path(name)) : of(value, path(name));
  }

  <T> List<T> requiredList(String name, BiFunction<Json, String, T> reader) {
    return list(required(name), path(name), reader);
  }

  List<String> texts(String name) {
    Json value = get(name);
    return value == null ? List.of() : list(value, path(name), OciObject::text);
  }

  /** The names of the members of the object, or none where it is absent. */
  List<String> keys(String name) {
    return List.copyOf(objectOrEmpty(name).members.keySet());
  }

  /** The members that are texts. */
  Map<String, String> textMembers() {
    Map<String, String> found = new java.util.TreeMap<>();
    members.forEach((name, value) -> {
      if (value instanceof Json.Str text) {
        found.put(name, text.value());
      }
    });
    return found;
  }

  boolean has(String name) {
    return get(name) != null;
  }

  String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private Json required(String name) {
    Json value = get(name);
    if (value == null) {
      throw bad(path(name), "the field is missing");
    }
    return value;
  }

  private @Nullable Json get(String name) {
    Json value = members.get(name);
    return value instanceof Json.Null ? null : value;
  }

  private static <T> List<T> list(Json value, String path, BiFunction<Json, String, T> reader) {
    if (!(value instanceof Json.Arr array)) {
      throw bad(path, "must be an array");
    }
    if (array.elements().size() > MAX_ELEMENTS) {
      throw bad(path, "more than " + MAX_ELEMENTS + " elements");
    }
    List<T> list = new ArrayList<>();
    for (int i = 0; i < array.elements().size(); i++) {
      list.add(reader.apply(array.elements().get(i), path + "[" + i + "]"));
    }
    return List.copyOf(list);
  }

  private static String text(Json value, String path) {
    if (value instanceof Json.Str text) {
      return text.value();
    }
    throw bad(path, "must be a text");
  }

  static CloisterException bad(String path, String detail) {
    return new CloisterException(ImageError.BAD_MANIFEST, path, detail);
  }
}
