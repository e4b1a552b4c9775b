package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import java.util.Optional;

/**
 * An object of a file, read as far as every object can be.
 *
 * @param file index of its file
 * @param node its mapping
 * @param apiVersion its API version
 * @param kind its kind
 * @param name {@code metadata.name}, or {@code metadata.generateName} where that is empty
 * @param namespace {@code metadata.namespace}, or the default
 */
record KubernetesObject(
    int file,
    YamlNode.Mapping node,
    String apiVersion,
    String kind,
    String name,
    String namespace) {

  /** Reads what every object has. */
  static KubernetesObject of(int file, YamlNode node, String defaultNamespace) {
    if (!(node instanceof YamlNode.Mapping mapping)) {
      throw notAnObject(node, "it is " + node.kind() + ", not a mapping");
    }
    String apiVersion = required(mapping, "apiVersion");
    String kind = required(mapping, "kind");
    Optional<YamlNode> metadata = field(mapping, "metadata");
    String name = "";
    String namespace = "";
    if (metadata.orElse(node) instanceof YamlNode.Mapping fields && metadata.isPresent()) {
      name = optional(fields, "name");
      name = name.isEmpty() ? optional(fields, "generateName") : name;
      namespace = optional(fields, "namespace");
    }
    if (name.isEmpty() && !kind.equals("List")) {
      throw notAnObject(mapping, "metadata.name is missing");
    }
    return new KubernetesObject(
        file, mapping, apiVersion, kind, name, namespace.isEmpty() ? defaultNamespace : namespace);
  }

  /** The object as people name it: {@code Deployment/web}. */
  String shown() {
    return kind + "/" + name;
  }

  Position at() {
    return node.place().at();
  }

  private static String required(YamlNode.Mapping mapping, String field) {
    String text = field(mapping, field).map(value -> Shapes.text(value, field)).orElse("");
    if (text.isEmpty()) {
      throw notAnObject(mapping, field + " is missing");
    }
    return text;
  }

  private static String optional(YamlNode.Mapping mapping, String field) {
    return field(mapping, field).map(value -> Shapes.text(value, "metadata." + field)).orElse("");
  }

  private static Optional<YamlNode> field(YamlNode.Mapping mapping, String field) {
    YamlNode.Entry entry = mapping.entries().get(field);
    return entry == null || entry.value().isNull() ? Optional.empty() : Optional.of(entry.value());
  }

  private static CloisterException notAnObject(YamlNode node, String why) {
    return new CloisterException(KubernetesError.NOT_AN_OBJECT, node.place().at().toString(), why);
  }
}
