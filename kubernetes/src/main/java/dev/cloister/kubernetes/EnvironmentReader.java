package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.Expansion;
import dev.cloister.policy.PodFact;
import dev.cloister.policy.Template;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Derives the environment of one container as kubelet and containerd would: defaults, image,
 * envFrom, env; what comes later wins by name.
 */
final class EnvironmentReader {

  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final List<String> SECRET_WORDS =
      List.of("PASSWORD", "PASSWD", "SECRET", "TOKEN", "PRIVATE_KEY", "API_KEY", "APIKEY");

  private final Map<String, Template> declared = new LinkedHashMap<>();
  private final Map<String, Template> all = new LinkedHashMap<>();
  private final Map<String, String> origins = new LinkedHashMap<>();
  private final Map<String, Template> statically = new LinkedHashMap<>();
  private final DownwardFields downward;
  private final ConfigMaps configMaps;

  EnvironmentReader(DownwardFields downward, ConfigMaps configMaps) {
    this.downward = downward;
    this.configMaps = configMaps;
  }

  /** Reads {@code envFrom} and {@code env} of a container over its image's. */
  EnvironmentReader read(ObjectReader container, ImageDefaults image, boolean tty) {
    put("PATH", Template.of(DEFAULT_PATH), "default");
    if (tty) {
      put("TERM", Template.of("xterm"), "tty");
    }
    put("HOSTNAME", Template.of(PodFact.HOSTNAME), "host name");
    for (String variable : image.env()) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        Template value =
            container.checked("image", () -> Template.of(variable.substring(equals + 1)));
        put(variable.substring(0, equals), value, "image");
      }
    }
    for (ObjectReader source : container.objects("envFrom", "EnvFromSource")) {
      readSource(source);
    }
    for (ObjectReader variable : container.objects("env", "EnvVar")) {
      readVariable(variable);
    }
    return this;
  }

  /** The whole environment. */
  Map<String, Template> all() {
    return all;
  }

  /** Where each variable comes from. */
  Map<String, String> origins() {
    return origins;
  }

  private void put(String name, Template value, String origin) {
    all.put(name, value);
    origins.put(name, origin);
  }

  private void declare(String name, Template value, String origin) {
    declared.put(name, value);
    put(name, value, origin);
  }

  private void readSource(ObjectReader source) {
    String prefix = source.textOr("prefix", "");
    if (source.has("secretRef")) {
      throw ConfigMaps.secret(source, "secretRef");
    }
    ObjectReader reference =
        source
            .object("configMapRef", "ObjectReference")
            .orElseThrow(() -> source.bad("configMapRef", "one of the two sources is needed"));
    Optional<ConfigMapObject> configMap =
        configMaps.find(reference, "name", reference.isTrue("optional"));
    configMap.ifPresent(map ->
        map.texts()
            .forEach((key, text) -> {
              Template value = reference.checked("name", () -> Template.of(text));
              declare(prefix + key, value, "ConfigMap " + map.name());
            }));
  }

  private void readVariable(ObjectReader variable) {
    String name = variable.text("name");
    String value = variable.textOr("value", "");
    if (variable.has("valueFrom") && !value.isEmpty()) {
      throw variable.bad("valueFrom", "value and valueFrom exclude each other");
    }
    if (variable.has("valueFrom")) {
      statically.put(name, Template.EMPTY);
      readValueFrom(variable, name);
      return;
    }
    statically.put(name, variable.checked("value", () -> Template.of(value)));
    declare(name, expand(variable, "value", value), "YAML");
    String upper = name.toUpperCase(Locale.ROOT);
    if (!value.isEmpty() && SECRET_WORDS.stream().anyMatch(upper::contains)) {
      variable.warn(
          WarningCode.SECRET_NAME,
          "value",
          name + " looks like a secret, but the host and every verifier can read it");
    }
  }

  private void readValueFrom(ObjectReader variable, String name) {
    ObjectReader from =
        variable
            .object("valueFrom", "EnvVarSource")
            .orElseThrow(() -> variable.bad("valueFrom", "is empty"));
    int sources = 0;
    if (from.has("secretKeyRef")) {
      throw ConfigMaps.secret(from, "secretKeyRef");
    }
    Optional<ObjectReader> field = from.object("fieldRef", "FieldRef");
    if (field.isPresent()) {
      sources++;
      Template value = downward.field(field.get());
      declare(name, value, value.isFixed() ? "pod field" : "host: " + shown(value));
    }
    Optional<ObjectReader> resource = from.object("resourceFieldRef", "ResourceFieldRef");
    if (resource.isPresent()) {
      sources++;
      declare(name, downward.resource(resource.get()), "resources");
    }
    Optional<ObjectReader> key = from.object("configMapKeyRef", "KeySelector");
    if (key.isPresent()) {
      sources++;
      readKey(key.get(), name);
    }
    if (sources != 1) {
      throw variable.bad("valueFrom", "exactly one source is needed");
    }
  }

  private static String shown(Template value) {
    String text = value.toString();
    return text.substring(2, text.length() - 1);
  }

  private void readKey(ObjectReader selector, String name) {
    boolean optional = selector.isTrue("optional");
    String key = selector.text("key");
    Optional<ConfigMapObject> configMap = configMaps.find(selector, "name", optional);
    if (configMap.isEmpty()) {
      return;
    }
    String text = configMap.get().texts().get(key);
    if (text != null) {
      Template value = selector.checked("key", () -> Template.of(text));
      declare(name, value, "ConfigMap " + configMap.get().name());
      return;
    }
    if (!optional) {
      throw new CloisterException(
          KubernetesError.MISSING_OBJECT,
          selector.where("key"),
          "ConfigMap " + configMap.get().name() + " has no text " + Words.quoted(key));
    }
    ConfigMaps.absentKey(selector, key);
  }

  /** The text with its references resolved; those to nothing known stay and are warned of. */
  Template expand(ObjectReader reader, String field, String text) {
    for (String name : References.in(text)) {
      if (!declared.containsKey(name)) {
        reader.warn(
            WarningCode.REFERENCE,
            field,
            "$("
                + Words.quoted(name).replace("\"", "")
                + ") names no variable of the container's YAML, and stays as it is written");
      }
    }
    return reader.checked(field, () -> Expansion.expand(text, declared));
  }

  /** The arguments of a probe, in which kubelet knows only variables with a literal value. */
  String expandStatically(ObjectReader reader, String field, String text) {
    return reader.checked(field, () -> Expansion.expand(text, statically).toString());
  }
}
