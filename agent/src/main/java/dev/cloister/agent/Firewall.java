package dev.cloister.agent;

import dev.cloister.policy.Grants;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.IpAddress;
import java.util.List;

/**
 * The rules between the network and the pod, for nftables. Everything is dropped, IPv4 and IPv6, in
 * every direction; what is let through is named here. Pure functions.
 */
final class Firewall {

  /** The host's side of the pod: the network card. */
  static final String CARD = "up0";

  /** This side of the pod's own interface. */
  static final String POD = "pod0";

  private static final String NEIGHBOURS =
      "  icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept\n";

  /** The pod learns at once that it may not, and does not wait. */
  private static final String REFUSED_TO_POD =
      "  iifname \"" + POD + "\" counter reject with icmpx admin-prohibited\n";

  /** ICMP of both families, by number: the guest has no list of protocols' names. */
  private static final String SAYS_SO =
      "  oifname \"" + POD + "\" meta l4proto { 1, 58 } ct state related accept\n";

  private Firewall() {}

  /**
   * What is let through.
   *
   * @param podIps addresses of the pod
   * @param inbound ports that the policy opens
   * @param coordinator where the agent itself may connect to, and no container
   * @param store where the containers of a Coordinator may connect to
   * @param mesh the mesh's own part
   */
  record Openings(
      List<IpAddress> podIps,
      List<InboundPort> inbound,
      Grants.Endpoint coordinator,
      Grants.Endpoint store,
      MeshRules mesh) {}

  /** Nothing passes but within the VM itself. */
  static String closed() {
    return rules("", "", "", "", "");
  }

  /** What is let through passes, and answers to it go back. */
  static String open(Openings openings) {
    StringBuilder forward = new StringBuilder();
    for (InboundPort port : openings.inbound()) {
      for (IpAddress ip : openings.podIps()) {
        forward
            .append("  iifname \"" + CARD + "\" oifname \"" + POD + "\" ct direction original ")
            .append(ip.isV4() ? "ip" : "ip6")
            .append(" daddr ")
            .append(ip)
            .append(' ')
            .append(port.protocol().word())
            .append(" dport ")
            .append(port.port())
            .append(" accept\n");
      }
    }
    forward
        .append(openings.mesh().forward())
        .append(toStore(openings))
        .append("  iifname \"" + POD + "\" oifname \"" + CARD + "\"")
        .append(" ct direction reply ct state established accept\n")
        .append(REFUSED_TO_POD);
    return rules(
        NEIGHBOURS + fromCoordinator(openings) + openings.mesh().input() + REFUSED_TO_POD,
        forward.toString(),
        NEIGHBOURS + SAYS_SO + toCoordinator(openings) + openings.mesh().output(),
        translation(openings),
        openings.mesh().chains());
  }

  /** A Coordinator's containers reach the store, which answers; it can begin nothing. */
  private static String toStore(Openings openings) {
    Grants.Endpoint store = openings.store();
    String ip = podIp(openings);
    if (store.isNone() || ip.isEmpty()) {
      return "";
    }
    return "  iifname \""
        + POD
        + "\" oifname \""
        + CARD
        + "\" ct direction original ip saddr "
        + ip
        + " ip daddr "
        + store.address()
        + " tcp dport "
        + store.port()
        + " accept\n"
        + "  iifname \""
        + CARD
        + "\" oifname \""
        + POD
        + "\" ct direction reply ct state"
        + " established ip saddr "
        + store.address()
        + " tcp sport "
        + store.port()
        + " accept\n";
  }

  private static String toCoordinator(Openings openings) {
    Grants.Endpoint coordinator = openings.coordinator();
    if (coordinator.isNone()) {
      return "";
    }
    return "  oifname \""
        + CARD
        + "\" ct direction original ip daddr "
        + coordinator.address()
        + " tcp dport "
        + coordinator.port()
        + " accept\n";
  }

  private static String fromCoordinator(Openings openings) {
    Grants.Endpoint coordinator = openings.coordinator();
    if (coordinator.isNone()) {
      return "";
    }
    return "  iifname \""
        + CARD
        + "\" ct direction reply ct state established ip saddr "
        + coordinator.address()
        + " tcp sport "
        + coordinator.port()
        + " accept\n";
  }

  /** Whoever has no address on the network goes out under the pod's. */
  private static String translation(Openings openings) {
    String all = coordinatorsTranslation(openings) + openings.mesh().translation();
    return all.isEmpty()
        ? ""
        : " chain postrouting {\n"
            + "  type nat hook postrouting priority srcnat; policy accept;\n"
            + all
            + " }\n";
  }

  private static String coordinatorsTranslation(Openings openings) {
    Grants.Endpoint coordinator = openings.coordinator();
    String ip = podIp(openings);
    if (coordinator.isNone() || ip.isEmpty()) {
      return "";
    }
    return "  oifname \""
        + CARD
        + "\" ip daddr "
        + coordinator.address()
        + " tcp dport "
        + coordinator.port()
        + " snat ip to "
        + ip
        + "\n";
  }

  private static String podIp(Openings openings) {
    for (IpAddress ip : openings.podIps()) {
      if (ip.isV4()) {
        return ip.toString();
      }
    }
    return "";
  }

  private static String rules(
      String input, String forward, String output, String translation, String chains) {
    return "table inet cloister {}\n"
        + "delete table inet cloister\n"
        + "table inet cloister {\n"
        + " chain input {\n"
        + "  type filter hook input priority filter; policy drop;\n"
        + "  iifname \"lo\" accept\n"
        + input
        + "  counter drop\n"
        + " }\n"
        + " chain forward {\n"
        + "  type filter hook forward priority filter; policy drop;\n"
        + forward
        + "  counter drop\n"
        + " }\n"
        + " chain output {\n"
        + "  type filter hook output priority filter; policy drop;\n"
        + "  oifname \"lo\" accept\n"
        + output
        + "  counter drop\n"
        + " }\n"
        + translation
        + chains
        + "}\n";
  }
}
