package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.List;

/**
 * The names under which a cluster's DNS would know a pod (Kubernetes, "DNS for Services and Pods").
 *
 * @param names whole names below the cluster's domain, each without it
 * @param addresses IPv4 addresses
 */
record PodNames(List<String> names, List<String> addresses) {

  static final String CLUSTER_DOMAIN = "cluster.local";

  private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
  private static final String NAME = LABEL + "([.]" + LABEL + "){0,3}";

  PodNames {
    names = List.copyOf(names);
    addresses = List.copyOf(addresses);
  }

  /**
   * The names of a pod: of the Services that lead to it while it is ready, and its own below the
   * Service that governs it, which a StatefulSet's pod has from its start.
   */
  static PodNames of(PodOrder order, List<String> addresses, boolean ready) {
    List<String> names = new ArrayList<>();
    if (ready) {
      order.services().forEach(service -> names.add(service + ".svc"));
    }
    if (!order.subdomain().isEmpty() && order.name().matches(LABEL)) {
      names.add(order.name() + "." + order.subdomain() + "." + order.namespace() + ".svc");
    }
    return new PodNames(names, addresses);
  }

  /**
   * Checks that a text is a name that may stand in the name server's configuration.
   *
   * @throws CloisterException with {@link NodeError#BAD_SPEC}
   */
  static void require(String path, String name) {
    if (!name.matches(NAME)) {
      throw new CloisterException(NodeError.BAD_SPEC, path, "not a name of one to four labels");
    }
  }
}
