package dev.cloister.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Service.
 *
 * @param name its name
 * @param namespace its namespace
 * @param kind how clients reach its pods
 * @param selector labels of the pods that it leads to
 * @param ports its ports
 */
public record ServiceObject(
    String name, String namespace, Kind kind, Map<String, String> selector, List<Port> ports) {

  public ServiceObject {
    selector = Map.copyOf(selector);
    ports = List.copyOf(ports);
  }

  /** How clients reach the pods of a Service. */
  public enum Kind {
    /** Through an address of the Service, which leads to one of them. */
    ADDRESS,
    /** Through the pods' own addresses. */
    HEADLESS,
    /** Not at all: it is another name of a host. */
    EXTERNAL_NAME
  }

  /** Whether its names lead to the addresses of the pods themselves. */
  public boolean isHeadless() {
    return kind == Kind.HEADLESS;
  }

  /** Whether it is another name of a host. */
  boolean isExternalName() {
    return kind == Kind.EXTERNAL_NAME;
  }

  /**
   * A port of a Service.
   *
   * @param name its name, or empty
   * @param protocol TCP, UDP or SCTP
   * @param port its number
   * @param target number or name of the port of the pods
   */
  public record Port(String name, String protocol, int port, String target) {}

  /** Whether it leads to pods with these labels. */
  public boolean selects(Map<String, String> labels) {
    return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
  }

  static ServiceObject read(KubernetesObject object, Findings findings) {
    ObjectReader reader = ObjectReader.of(object.node(), "Service", "", findings);
    reader.text("apiVersion");
    reader.text("kind");
    PodTemplates.readMetadata(reader);
    ObjectReader spec = reader.object("spec", "ServiceSpec").orElse(null);
    List<Port> ports = new ArrayList<>();
    Map<String, String> selector = Map.of();
    Kind kind = Kind.ADDRESS;
    if (spec != null) {
      selector = spec.textMap("selector");
      kind = kind(spec);
      for (ObjectReader port : spec.objects("ports", "ServicePort")) {
        ports.add(port(port));
      }
    }
    return new ServiceObject(object.name(), object.namespace(), kind, selector, ports);
  }

  private static Kind kind(ObjectReader spec) {
    if (spec.textOr("type", "").equals("ExternalName")) {
      return Kind.EXTERNAL_NAME;
    }
    return spec.textOr("clusterIP", "").equals("None") ? Kind.HEADLESS : Kind.ADDRESS;
  }

  private static Port port(ObjectReader reader) {
    long number =
        reader.optionalInt("port", 1, 65_535).orElseThrow(() -> reader.bad("port", "is missing"));
    String target =
        reader
            .any("targetPort")
            .map(value -> Shapes.port(value, reader.path("targetPort")))
            .orElse(Long.toString(number));
    return new Port(
        reader.textOr("name", ""), reader.textOr("protocol", "TCP"), (int) number, target);
  }
}
