package dev.cloister.kubernetes;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node of a YAML document with its place. Aliases are resolved. */
public sealed interface YamlNode {

  /** Where it is written; for an alias, where the alias is. */
  Place place();

  /**
   * Where a node is written.
   *
   * @param at its first character
   * @param start offset of its first character in the text of the file
   * @param end offset after its last character; for collections in block style, that of the start
   * @param form how it can be rewritten
   */
  record Place(Position at, int start, int end, Form form) {}

  /** How a node is written, which decides how it can be rewritten in place. */
  enum Form {
    /** Indented lines, or a plain or block scalar. */
    BLOCK,
    /** In brackets, or a quoted scalar. */
    FLOW,
    /** With an anchor or a tag of its own before it. */
    DECORATED,
    /** By an alias, or inside something that an alias stands for. */
    ALIASED
  }

  /**
   * A mapping whose keys are texts.
   *
   * @param place where it is
   * @param entries in the order of the file
   */
  record Mapping(Place place, Map<String, Entry> entries) implements YamlNode {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
  }

  /**
   * A sequence.
   *
   * @param place where it is
   * @param elements in order
   */
  record Sequence(Place place, List<YamlNode> elements) implements YamlNode {
    public Sequence {
      elements = List.copyOf(elements);
    }
  }

  /**
   * A scalar.
   *
   * @param place where it is
   * @param text its text
   * @param style how it is written
   */
  record Scalar(Place place, String text, Style style) implements YamlNode {
    /** What the text means to Kubernetes. */
    public YamlValue value() {
      return style == Style.PLAIN ? YamlValue.ofPlain(text) : new YamlValue.Text(text);
    }
  }

  /** How a scalar is written. */
  enum Style {
    /** Without quotes: may be a number, a truth value or null. */
    PLAIN,
    /** In quotes, or tagged as a text. */
    TEXT,
    /** As indented lines after {@code |} or {@code >}. */
    LINES
  }

  /**
   * An entry of a mapping.
   *
   * @param key its key
   * @param value its value
   */
  record Entry(Scalar key, YamlNode value) {}

  /** What kind of node this is, for messages. */
  default String kind() {
    return switch (this) {
      case Mapping _ -> "a mapping";
      case Sequence _ -> "a list";
      case Scalar scalar -> scalar.value().kind();
    };
  }

  /** Whether it stands for nothing: empty, {@code ~} or {@code null}. */
  default boolean isNull() {
    return this instanceof Scalar scalar && scalar.value() instanceof YamlValue.Null;
  }
}
