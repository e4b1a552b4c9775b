package dev.cloister.policy;

import dev.cloister.encoding.Json;
import java.util.List;

/**
 * A line of /etc/hosts that the pod's YAML asks for.
 *
 * @param ip the address; any
 * @param names names of it, 1 to 64, in the order of the YAML
 */
public record HostAlias(IpAddress ip, List<String> names) {

  public HostAlias {
    names = List.copyOf(names);
    Grammar.require(!names.isEmpty(), "pod.hostAliases", "an alias with a name");
    Grammar.atMost(names.size(), 64, "pod.hostAliases");
    for (String name : names) {
      Grammar.require(Grammar.isHostsName(name), "pod.hostAliases", "a host name", name);
    }
  }

  Json toJson() {
    return Json.object().put("ip", ip.toString()).put("names", Json.ofStrings(names)).build();
  }
}
