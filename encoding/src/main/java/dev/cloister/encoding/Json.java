package dev.cloister.encoding;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON value (RFC 8259) of Cloister's strict kind: numbers are 64-bit integers, objects have no
 * duplicate keys, texts are valid Unicode. Read with {@link JsonParser}, written with {@link
 * JsonWriter}, taken apart with {@link JsonFields}.
 */
public sealed interface Json {

  /** An object; the order of its members is kept. */
  record Obj(Map<String, Json> members) implements Json {
    public Obj {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }
  }

  /** An array. */
  record Arr(List<Json> elements) implements Json {
    public Arr {
      elements = List.copyOf(elements);
    }
  }

  /** A text. */
  record Str(String value) implements Json {}

  /** An integer. */
  record Num(long value) implements Json {}

  /** A truth value. */
  record Bool(boolean value) implements Json {}

  /** The null value. */
  record Null() implements Json {}

  /** A text. */
  static Json of(String value) {
    return new Str(value);
  }

  /** An integer. */
  static Json of(long value) {
    return new Num(value);
  }

  /** A truth value. */
  static Json of(boolean value) {
    return new Bool(value);
  }

  /** An array of the elements. */
  static Json of(List<? extends Json> elements) {
    return new Arr(List.copyOf(elements));
  }

  /** An array of texts. */
  static Json ofStrings(Iterable<String> values) {
    List<Json> elements = new ArrayList<>();
    for (String value : values) {
      elements.add(new Str(value));
    }
    return new Arr(elements);
  }

  /** Starts an object. */
  static ObjectBuilder object() {
    return new ObjectBuilder();
  }

  /** Builds an object member by member. Not thread-safe. */
  final class ObjectBuilder {
    private final Map<String, Json> members = new LinkedHashMap<>();

    private ObjectBuilder() {}

    /** Adds a member; a second one of the same name is an {@link IllegalArgumentException}. */
    public ObjectBuilder put(String name, Json value) {
      if (members.putIfAbsent(name, value) != null) {
        throw new IllegalArgumentException("member twice: " + name);
      }
      return this;
    }

    /** Adds a text. */
    public ObjectBuilder put(String name, String value) {
      return put(name, new Str(value));
    }

    /** Adds an integer. */
    public ObjectBuilder put(String name, long value) {
      return put(name, new Num(value));
    }

    /** Adds a truth value. */
    public ObjectBuilder put(String name, boolean value) {
      return put(name, new Bool(value));
    }

    /** The object. */
    public Obj build() {
      return new Obj(members);
    }
  }
}
