package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Takes an object of a Kubernetes API type apart by the {@link FieldTable}: unknown and refused
 * fields are errors at once, fields of the host are noted, and every measured field must have been
 * read when the derivation ends ({@link Findings#close}). Null means absent. Not thread-safe.
 */
final class ObjectReader {

  private final Map<String, YamlNode.Entry> entries;
  private final Map<String, FieldRule> rules;
  private final YamlNode.Mapping node;
  private final String path;
  private final Findings findings;
  private final Set<String> taken = new HashSet<>();
  private final Map<String, ObjectReader> inner = new HashMap<>();

  private ObjectReader(YamlNode.Mapping node, String type, String path, Findings findings) {
    this.node = node;
    this.entries = node.entries();
    this.rules = FieldTable.standard().of(type);
    this.path = path;
    this.findings = findings;
  }

  /**
   * Opens an object.
   *
   * @param node where it is read from
   * @param type its type in the {@link FieldTable}
   * @param path its path in the document, empty for the document itself
   */
  static ObjectReader of(YamlNode node, String type, String path, Findings findings) {
    if (!(node instanceof YamlNode.Mapping mapping)) {
      throw Shapes.wrongType(node, path, "a mapping");
    }
    ObjectReader reader = new ObjectReader(mapping, type, path, findings);
    reader.checkFields();
    findings.opened(reader);
    return reader;
  }

  private void checkFields() {
    for (Map.Entry<String, YamlNode.Entry> entry : entries.entrySet()) {
      FieldRule rule = rules.get(entry.getKey());
      YamlNode.Entry field = entry.getValue();
      if (rule == null) {
        throw new CloisterException(
            KubernetesError.UNKNOWN_FIELD,
            field.key().place().at() + " " + path(entry.getKey()),
            "no such field" + Words.didYouMean(entry.getKey(), rules.keySet()));
      }
      if (!field.value().isNull()) {
        checkField(rule, field);
      }
    }
  }

  private void checkField(FieldRule rule, YamlNode.Entry field) {
    switch (rule.handling()) {
      case MEASURED -> Shapes.check(field.value(), rule.shape(), path(rule.field()));
      case HOST_ONLY -> {
        Shapes.check(field.value(), rule.shape(), path(rule.field()));
        findings.ignored(path(rule.field()), field.key().place().at());
      }
      case REFUSED -> {
        if (!Shapes.isLikeAbsent(field.value())) {
          throw new CloisterException(
              KubernetesError.REFUSED_FIELD,
              field.key().place().at() + " " + path(rule.field()),
              rule.remedy());
        }
      }
    }
  }

  /** Throws where a measured field was not read. */
  void end() {
    for (Map.Entry<String, YamlNode.Entry> entry : entries.entrySet()) {
      FieldRule rule = rules.get(entry.getKey());
      boolean measured = rule != null && rule.handling() == Handling.MEASURED;
      if (measured && !entry.getValue().value().isNull() && !taken.contains(entry.getKey())) {
        throw new CloisterException(
            KubernetesError.FIELD_LOST, where(entry.getKey()), "the field was not read");
      }
    }
  }

  /** The path of this object. */
  String path() {
    return path;
  }

  /** The path of one of its fields. */
  String path(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  /** Where this object begins. */
  Position at() {
    return node.place().at();
  }

  /** Where a field stands, or the object where it is absent. */
  Position at(String field) {
    YamlNode.Entry entry = entries.get(field);
    return entry == null ? at() : entry.key().place().at();
  }

  /** Place and path of a field, as errors give them. */
  String where(String field) {
    return at(field) + " " + path(field);
  }

  /** The node that this object was read from. */
  YamlNode.Mapping node() {
    return node;
  }

  /** Whether the field is there and not null. */
  boolean has(String field) {
    YamlNode.Entry entry = entries.get(field);
    return entry != null && !entry.value().isNull();
  }

  /** Whether the type has a field of this name. */
  boolean knows(String field) {
    return rules.containsKey(field);
  }

  /** The node of a field; this counts as reading it. */
  Optional<YamlNode> any(String field) {
    if (!rules.containsKey(field)) {
      throw new IllegalArgumentException("the table has no field " + path(field));
    }
    taken.add(field);
    YamlNode.Entry entry = entries.get(field);
    return entry == null || entry.value().isNull() ? Optional.empty() : Optional.of(entry.value());
  }

  private YamlNode required(String field) {
    return any(field)
        .orElseThrow(() ->
            new CloisterException(
                KubernetesError.MISSING_FIELD, where(field), "the field is missing"));
  }

  /** The required text, which is not empty. */
  String text(String field) {
    String text = Shapes.text(required(field), path(field));
    if (text.isEmpty()) {
      throw new CloisterException(
          KubernetesError.MISSING_FIELD, where(field), "the field is empty");
    }
    return text;
  }

  /** The text, or {@code absent}. */
  String textOr(String field, String absent) {
    return any(field).map(value -> Shapes.text(value, path(field))).orElse(absent);
  }

  /** The text, where it is there and not empty. */
  Optional<String> optionalText(String field) {
    String text = textOr(field, "");
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /** The truth value, where it is there. */
  Optional<Boolean> optionalBool(String field) {
    return any(field).map(value -> Shapes.bool(value, path(field)));
  }

  /** The truth value, or false. */
  boolean isTrue(String field) {
    return optionalBool(field).orElse(false);
  }

  /** The whole number from {@code min} to {@code max}, where it is there. */
  Optional<Long> optionalInt(String field, long min, long max) {
    return any(field).map(value -> Shapes.integer(value, path(field), min, max));
  }

  /** The object, where it is there. */
  Optional<ObjectReader> object(String field, String type) {
    return any(field).map(value -> opened(value, type, path(field)));
  }

  /** The objects of a list; none where it is absent. */
  List<ObjectReader> objects(String field, String type) {
    List<ObjectReader> objects = new ArrayList<>();
    List<YamlNode> elements = elements(field);
    for (int i = 0; i < elements.size(); i++) {
      objects.add(opened(elements.get(i), type, path(field) + "[" + i + "]"));
    }
    return objects;
  }

  /** One reader for each object, however often it is asked for. */
  private ObjectReader opened(YamlNode value, String type, String at) {
    return inner.computeIfAbsent(at, _ -> of(value, type, at, findings));
  }

  /** The texts of a list; none where it is absent. */
  List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    List<YamlNode> elements = elements(field);
    for (int i = 0; i < elements.size(); i++) {
      texts.add(Shapes.text(elements.get(i), path(field) + "[" + i + "]"));
    }
    return texts;
  }

  /** The whole numbers of a list; none where it is absent. */
  List<Long> integers(String field, long min, long max) {
    List<Long> numbers = new ArrayList<>();
    List<YamlNode> elements = elements(field);
    for (int i = 0; i < elements.size(); i++) {
      numbers.add(Shapes.integer(elements.get(i), path(field) + "[" + i + "]", min, max));
    }
    return numbers;
  }

  private List<YamlNode> elements(String field) {
    YamlNode value = any(field).orElse(null);
    if (value == null) {
      return List.of();
    }
    if (value instanceof YamlNode.Sequence sequence) {
      return sequence.elements();
    }
    throw Shapes.wrongType(value, path(field), "a list");
  }

  /** The entries of a mapping from texts; none where it is absent. Keys must be texts. */
  Map<String, YamlNode.Entry> map(String field) {
    YamlNode value = any(field).orElse(null);
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof YamlNode.Mapping mapping)) {
      throw Shapes.wrongType(value, path(field), "a mapping");
    }
    for (YamlNode.Entry entry : mapping.entries().values()) {
      Shapes.text(entry.key(), path(field));
    }
    return mapping.entries();
  }

  /** The mapping from texts to texts; empty where it is absent. Null is the empty text. */
  Map<String, String> textMap(String field) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, YamlNode.Entry> entry : map(field).entrySet()) {
      YamlNode value = entry.getValue().value();
      String at = path(field) + "[" + entry.getKey() + "]";
      texts.put(entry.getKey(), value.isNull() ? "" : Shapes.text(value, at));
    }
    return texts;
  }

  /** What {@code make} makes of this field; its refusals get the field's place and path. */
  <T> T checked(String field, Supplier<T> make) {
    try {
      return make.get();
    } catch (CloisterException e) {
      if (e.code() instanceof KubernetesError) {
        throw e;
      }
      throw new CloisterException(KubernetesError.BAD_VALUE, where(field), e.detail(), e);
    }
  }

  /** The refusal of a field's value. */
  CloisterException bad(String field, String detail) {
    return new CloisterException(KubernetesError.BAD_VALUE, where(field), detail);
  }

  /** Notes a warning about a field. */
  void warn(WarningCode code, String field, String text) {
    findings.warn(code, path(field), at(field), text);
  }
}
