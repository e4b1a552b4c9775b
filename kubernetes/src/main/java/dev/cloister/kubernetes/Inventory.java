package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The objects of all files: what makes pods, what pods read, and the rest. Not thread-safe. */
final class Inventory {

  private final String defaultNamespace;
  private final List<PodTemplate> templates = new ArrayList<>();
  private final Map<String, ConfigMapObject> configMaps = new HashMap<>();
  private final List<ServiceObject> services = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private Inventory(String defaultNamespace) {
    this.defaultNamespace = defaultNamespace;
  }

  /** Sorts the objects of the files. */
  static Inventory of(List<YamlDocuments> files, String defaultNamespace) {
    Inventory inventory = new Inventory(defaultNamespace);
    for (int file = 0; file < files.size(); file++) {
      for (YamlNode document : files.get(file).documents()) {
        inventory.add(file, document);
      }
    }
    return inventory;
  }

  private void add(int file, YamlNode node) {
    KubernetesObject object = KubernetesObject.of(file, node, defaultNamespace);
    if (object.kind().equals("List") && object.apiVersion().equals("v1")) {
      addList(object);
      return;
    }
    requireOnce(object);
    Optional<ControllerKind> kind = ControllerKind.of(object.kind());
    if (kind.isPresent()) {
      requireOneWorkload(object);
      templates.add(PodTemplates.read(object, kind.get()));
    } else if (isCore(object, "ConfigMap")) {
      configMaps.put(
          object.namespace() + "/" + object.name(), ConfigMapObject.read(object, closing()));
      closed();
    } else if (isCore(object, "Service")) {
      services.add(ServiceObject.read(object, closing()));
      closed();
    } else {
      addOther(object);
    }
  }

  private Findings current = new Findings();

  private Findings closing() {
    current = new Findings();
    return current;
  }

  private void closed() {
    current.close();
  }

  private static boolean isCore(KubernetesObject object, String kind) {
    return object.kind().equals(kind) && object.apiVersion().equals("v1");
  }

  private void addList(KubernetesObject list) {
    YamlNode.Entry items = list.node().entries().get("items");
    if (items != null && items.value() instanceof YamlNode.Sequence sequence) {
      for (YamlNode item : sequence.elements()) {
        add(list.file(), item);
      }
    } else if (items != null && !items.value().isNull()) {
      throw Shapes.wrongType(items.value(), "items", "a list");
    }
  }

  private void addOther(KubernetesObject object) {
    if (holdsTemplate(object.node(), 0)) {
      throw new CloisterException(
          KubernetesError.UNKNOWN_KIND,
          object.at() + " kind",
          object.shown()
              + " ("
              + object.apiVersion()
              + ") holds containers, but cannot be measured");
    }
    notes.add(
        object.at()
            + " "
            + object.shown()
            + (isCore(object, "Secret")
                ? ": passed through; pods of this deployment cannot read it"
                : ": passed through; it is not part of any policy"));
  }

  /** Whether a list called {@code containers} is in it: then it may make pods unseen. */
  private static boolean holdsTemplate(YamlNode node, int depth) {
    if (depth > 12) {
      return false;
    }
    return switch (node) {
      case YamlNode.Scalar _ -> false;
      case YamlNode.Sequence sequence ->
          sequence.elements().stream().anyMatch(element -> holdsTemplate(element, depth + 1));
      case YamlNode.Mapping mapping ->
          isList(mapping.entries().get("containers"))
              || mapping.entries().values().stream()
                  .anyMatch(entry -> holdsTemplate(entry.value(), depth + 1));
    };
  }

  private static boolean isList(YamlNode.@org.jspecify.annotations.Nullable Entry entry) {
    return entry != null && entry.value() instanceof YamlNode.Sequence;
  }

  private void requireOnce(KubernetesObject object) {
    String key = object.kind() + " " + object.namespace() + "/" + object.name();
    if (!names.add(key)) {
      throw new CloisterException(
          KubernetesError.DUPLICATE,
          object.at() + " metadata.name",
          object.shown() + " is already defined in namespace " + object.namespace());
    }
  }

  /** The manifest knows a workload by namespace and name, whatever its kind. */
  private void requireOneWorkload(KubernetesObject object) {
    for (PodTemplate template : templates) {
      if (template.namespace().equals(object.namespace())
          && template.object().name().equals(object.name())) {
        throw new CloisterException(
            KubernetesError.DUPLICATE,
            object.at() + " metadata.name",
            template.object().shown() + " would have the same identity");
      }
    }
  }

  /** What makes pods, in the order of the files. */
  List<PodTemplate> templates() {
    return templates;
  }

  /** All Services, in the order of the files. */
  List<ServiceObject> services() {
    return services;
  }

  /** One line for each object that was passed through. */
  List<String> notes() {
    return notes;
  }

  /** The ConfigMap of this name. */
  Optional<ConfigMapObject> configMap(String namespace, String name) {
    return Optional.ofNullable(configMaps.get(namespace + "/" + name));
  }
}
