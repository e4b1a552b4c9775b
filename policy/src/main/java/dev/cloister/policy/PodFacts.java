package dev.cloister.policy;

import java.util.List;

/**
 * What the host said about this pod, after the {@link Guard} has checked it.
 *
 * @param podName fits the policy's pattern
 * @param namespace the policy's
 * @param uid 36 or fewer characters, letters, digits and '-'
 * @param nodeName a DNS name; the host decides
 * @param hostname computed by the policy's rule: what {@code hostname} prints in the pod
 * @param podIps one or two addresses, of different families
 * @param hostIps none to two addresses
 */
public record PodFacts(
    String podName,
    String namespace,
    String uid,
    String nodeName,
    String hostname,
    List<IpAddress> podIps,
    List<IpAddress> hostIps) {

  public PodFacts {
    podIps = List.copyOf(podIps);
    hostIps = List.copyOf(hostIps);
  }

  /** The fact as the text that stands for it in arguments and environment. */
  public String text(PodFact fact) {
    return switch (fact) {
      case POD_IP -> first(podIps);
      case POD_IPS -> joined(podIps);
      case HOST_IP -> first(hostIps);
      case HOST_IPS -> joined(hostIps);
      case POD_NAME -> podName;
      case POD_NAMESPACE -> namespace;
      case POD_UID -> uid;
      case NODE_NAME -> nodeName;
      case HOSTNAME -> hostname;
    };
  }

  private static String first(List<IpAddress> addresses) {
    return addresses.isEmpty() ? "" : addresses.getFirst().toString();
  }

  private static String joined(List<IpAddress> addresses) {
    StringBuilder out = new StringBuilder();
    for (IpAddress address : addresses) {
      out.append(out.isEmpty() ? "" : ",").append(address);
    }
    return out.toString();
  }
}
