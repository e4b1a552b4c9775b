package dev.cloister.policy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A service that the host named and the policy lists. The values are the host's.
 *
 * @param service its name, a DNS label
 * @param ip its address
 * @param ports 1 to 16, each 1 to 65,535; TCP
 */
public record ServiceLink(String service, IpAddress ip, List<Integer> ports) {

  public ServiceLink {
    ports = List.copyOf(ports);
  }

  /** The variables that kubelet would make of it (unnamed ports, TCP). */
  public Map<String, String> variables() {
    Map<String, String> variables = new TreeMap<>();
    String prefix = service.toUpperCase(Locale.ROOT).replace('-', '_');
    String host = ip.isV4() ? ip.toString() : "[" + ip + "]";
    int first = ports.getFirst();
    variables.put(prefix + "_SERVICE_HOST", ip.toString());
    variables.put(prefix + "_SERVICE_PORT", Integer.toString(first));
    variables.put(prefix + "_PORT", "tcp://" + host + ":" + first);
    for (int port : ports) {
      String name = prefix + "_PORT_" + port + "_TCP";
      variables.put(name, "tcp://" + host + ":" + port);
      variables.put(name + "_PROTO", "tcp");
      variables.put(name + "_PORT", Integer.toString(port));
      variables.put(name + "_ADDR", ip.toString());
    }
    return variables;
  }
}
