package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.NamePattern;
import dev.cloister.policy.PodFact;
import dev.cloister.policy.Template;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The downward API: fields of the pod and resources of its containers as texts. */
final class DownwardFields {

  private final PodTemplate template;
  private final String serviceAccount;
  private final Map<String, ContainerResources> resources;
  private final String container;

  /**
   * What one container may refer to.
   *
   * @param serviceAccount the pod's service account
   * @param resources resources by container
   * @param container the container that refers, or empty for a volume
   */
  DownwardFields(
      PodTemplate template,
      String serviceAccount,
      Map<String, ContainerResources> resources,
      String container) {
    this.template = template;
    this.serviceAccount = serviceAccount;
    this.resources = resources;
    this.container = container;
  }

  /** The value of a {@code fieldRef}. */
  Template field(ObjectReader reference) {
    String version = reference.textOr("apiVersion", "v1");
    if (!version.equals("v1")) {
      throw reference.bad("apiVersion", "must be v1");
    }
    String path = reference.text("fieldPath");
    int bracket = path.indexOf('[');
    return bracket > 0 ? keyed(reference, path, bracket) : whole(reference, path);
  }

  private Template keyed(ObjectReader reference, String path, int bracket) {
    String key = path.substring(bracket + 1);
    boolean quoted = key.length() > 3 && key.startsWith("'") && key.endsWith("']");
    if (!quoted) {
      throw unknown(reference, path);
    }
    String name = key.substring(1, key.length() - 2);
    Map<String, String> values =
        switch (path.substring(0, bracket)) {
          case "metadata.labels" -> template.labels();
          case "metadata.annotations" -> annotations();
          default -> throw unknown(reference, path);
        };
    String value = values.get(name);
    if (value == null) {
      throw reference.bad(
          "fieldPath",
          "the pod template has no " + Words.quoted(name) + ", so the host would choose");
    }
    return reference.checked("fieldPath", () -> Template.of(value));
  }

  private Template whole(ObjectReader reference, String path) {
    return switch (path) {
      case "metadata.name" ->
          template.names() instanceof NamePattern.Exact exact
              ? Template.of(exact.name())
              : Template.of(PodFact.POD_NAME);
      case "metadata.namespace" -> Template.of(template.namespace());
      case "metadata.uid" -> Template.of(PodFact.POD_UID);
      case "metadata.labels" -> listed(reference, template.labels());
      case "metadata.annotations" -> listed(reference, annotations());
      case "spec.nodeName" -> Template.of(PodFact.NODE_NAME);
      case "spec.serviceAccountName" -> Template.of(serviceAccount);
      case "status.hostIP" -> Template.of(PodFact.HOST_IP);
      case "status.hostIPs" -> Template.of(PodFact.HOST_IPS);
      case "status.podIP" -> Template.of(PodFact.POD_IP);
      case "status.podIPs" -> Template.of(PodFact.POD_IPS);
      default -> throw unknown(reference, path);
    };
  }

  /** All labels or annotations, which only volumes may hold: lines, sorted, without a last end. */
  private Template listed(ObjectReader reference, Map<String, String> values) {
    if (!container.isEmpty()) {
      throw reference.bad("fieldPath", "a variable holds one label or annotation: add ['NAME']");
    }
    List<String> lines = new ArrayList<>();
    values.forEach((name, value) -> lines.add(name + "=" + goQuoted(value)));
    return reference.checked("fieldPath", () -> Template.of(String.join("\n", lines)));
  }

  /** In double quotes with the escapes of Go's %q, as kubelet writes them. */
  private static String goQuoted(String value) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x7f) {
            out.append(String.format(java.util.Locale.ROOT, "\\x%02x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }

  /** The annotations of the template without the initdata, which holds what is derived here. */
  private Map<String, String> annotations() {
    Map<String, String> texts = new TreeMap<>();
    template
        .annotations()
        .forEach((name, entry) -> {
          if (!name.equals(Annotations.INITDATA)
              && entry.value() instanceof YamlNode.Scalar scalar) {
            texts.put(name, scalar.text());
          }
        });
    return texts;
  }

  private static CloisterException unknown(ObjectReader reference, String path) {
    return reference.bad("fieldPath", Words.quoted(path) + " is not a field of the downward API");
  }

  /** The value of a {@code resourceFieldRef}. */
  Template resource(ObjectReader reference) {
    String name = reference.textOr("containerName", container);
    ContainerResources of = resources.get(name);
    if (of == null) {
      throw reference.bad("containerName", "no container is called " + Words.quoted(name));
    }
    String resource = reference.text("resource");
    Quantity divisor = divisor(reference);
    return switch (resource) {
      case "limits.cpu" -> cpu(required(reference, of, resource), divisor);
      case "limits.memory" -> amount(required(reference, of, resource), divisor);
      case "requests.cpu" -> cpu(of.requested("cpu"), divisor);
      case "requests.memory" -> amount(of.requested("memory"), divisor);
      default -> throw reference.bad("resource", "must be limits or requests of cpu or memory");
    };
  }

  private static Quantity required(ObjectReader reference, ContainerResources of, String resource) {
    return of.limit(resource.substring("limits.".length()))
        .orElseThrow(() ->
            reference.bad("resource", "the container has no such limit, so the host would choose"));
  }

  private static Quantity divisor(ObjectReader reference) {
    String text =
        reference
            .any("divisor")
            .map(value -> Shapes.number(value, reference.path("divisor")))
            .orElse("1");
    Quantity divisor =
        Quantity.parse(text).orElseThrow(() -> reference.bad("divisor", "is not a quantity"));
    if (divisor.value().signum() == 0) {
      return new Quantity(BigDecimal.ONE);
    }
    if (divisor.value().signum() < 0) {
      throw reference.bad("divisor", "is negative");
    }
    return divisor;
  }

  /** Kubelet divides thousandths and rounds up. */
  private static Template cpu(Quantity value, Quantity divisor) {
    BigDecimal milli = BigDecimal.ONE.movePointLeft(3);
    Quantity thousandths = new Quantity(new BigDecimal(value.ceil(milli)));
    long by = Math.max(1, divisor.ceil(milli));
    return Template.of(Long.toString(thousandths.ceil(new BigDecimal(by))));
  }

  private static Template amount(Quantity value, Quantity divisor) {
    Quantity bytes = new Quantity(new BigDecimal(value.ceil(BigDecimal.ONE)));
    long by = Math.max(1, divisor.ceil(BigDecimal.ONE));
    return Template.of(Long.toString(bytes.ceil(new BigDecimal(by))));
  }
}
