package dev.cloister.kubernetes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How names inside a cluster are read (Kubernetes, "DNS for Services and Pods"). */
final class HostName {

  private static final String SERVICES = "svc";

  private HostName() {}

  /**
   * What a name may mean.
   *
   * @param pod name of a single pod, or empty for all that the Service leads to
   * @param service name of the Service
   * @param namespace namespace of the Service
   */
  record Meaning(String pod, String service, String namespace) {

    /** The name under which DNS knows it, without the cluster's domain. */
    String address() {
      return (pod.isEmpty() ? "" : pod + ".") + service + "." + namespace + "." + SERVICES;
    }
  }

  /**
   * What a name may mean in a pod of the namespace, in the order in which a resolver tries; empty
   * where it can be no name of a Service.
   */
  static List<Meaning> meanings(String name, String namespace) {
    List<String> labels = new ArrayList<>(Arrays.asList(name.split("\\.", -1)));
    int svc = labels.subList(Math.min(2, labels.size()), labels.size()).indexOf(SERVICES);
    if (svc >= 0) {
      labels = labels.subList(0, svc + 2);
      return switch (labels.size()) {
        case 2 -> List.of(new Meaning("", labels.get(0), labels.get(1)));
        case 3 -> List.of(new Meaning(labels.get(0), labels.get(1), labels.get(2)));
        default -> List.of();
      };
    }
    return switch (labels.size()) {
      case 1 -> List.of(new Meaning("", labels.get(0), namespace));
      case 2 ->
          List.of(
              new Meaning(labels.get(0), labels.get(1), namespace),
              new Meaning("", labels.get(0), labels.get(1)));
      case 3 -> List.of(new Meaning(labels.get(0), labels.get(1), labels.get(2)));
      default -> List.of();
    };
  }
}
