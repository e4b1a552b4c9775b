package dev.cloister.policy;

import dev.cloister.encoding.Json;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Whether variables such as {@code KUBERNETES_SERVICE_HOST} exist. Their values are the host's.
 *
 * @param mode whether there are any
 * @param services names of the services that may be told, sorted; none in mode none, 64 at most
 */
public record ServiceLinks(ServiceLinksMode mode, List<String> services) {

  /** No service links: the default. */
  public static final ServiceLinks CLOSED = new ServiceLinks(ServiceLinksMode.NONE, List.of());

  public ServiceLinks {
    services = List.copyOf(services);
    Grammar.atMost(services.size(), 64, "pod.serviceLinks.services");
    Grammar.ascending(services, "pod.serviceLinks.services");
    for (String service : services) {
      Grammar.require(
          Grammar.isDnsLabel(service), "pod.serviceLinks.services", "a service's name", service);
    }
    Grammar.agree(
        mode == ServiceLinksMode.LISTED || services.isEmpty(),
        "pod.serviceLinks.services",
        "mode none lists no service");
  }

  /** Links to these services and no others. */
  public static ServiceLinks to(Collection<String> services) {
    return new ServiceLinks(ServiceLinksMode.LISTED, List.copyOf(new TreeSet<>(services)));
  }

  Json toJson() {
    return Json.object().put("mode", mode.word()).put("services", Json.ofStrings(services)).build();
  }
}
