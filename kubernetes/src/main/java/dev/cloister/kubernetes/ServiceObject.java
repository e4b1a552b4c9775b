package dev.cloister.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Service.
 *
 * @param name its name
 * @param namespace its namespace
 * @param selector labels of the pods that it leads to
 * @param ports its ports
 */
public record ServiceObject(
    String name, String namespace, Map<String, String> selector, List<Port> ports) {

  public ServiceObject {
    selector = Map.copyOf(selector);
    ports = List.copyOf(ports);
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
    if (spec != null) {
      selector = spec.textMap("selector");
      for (ObjectReader port : spec.objects("ports", "ServicePort")) {
        ports.add(port(port));
      }
    }
    return new ServiceObject(object.name(), object.namespace(), selector, ports);
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
