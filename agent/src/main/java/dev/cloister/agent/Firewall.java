package dev.cloister.agent;

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

  private Firewall() {}

  /** Nothing passes but within the VM itself. */
  static String closed() {
    return rules("", "");
  }

  /** Ports that the policy opens pass from the card to the pod; answers go back. */
  static String open(List<IpAddress> podIps, List<InboundPort> inbound) {
    StringBuilder forward = new StringBuilder();
    for (InboundPort port : inbound) {
      for (IpAddress ip : podIps) {
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
        .append("  iifname \"" + POD + "\" oifname \"" + CARD + "\"")
        .append(" ct direction reply ct state established accept\n")
        .append("  iifname \"" + POD + "\" counter reject with icmpx admin-prohibited\n");
    String neighbours =
        "  icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept\n";
    return rules(forward.toString(), neighbours);
  }

  private static String rules(String forward, String neighbours) {
    return "table inet cloister {}\n"
        + "delete table inet cloister\n"
        + "table inet cloister {\n"
        + " chain input {\n"
        + "  type filter hook input priority filter; policy drop;\n"
        + "  iifname \"lo\" accept\n"
        + neighbours
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
        + neighbours
        + "  counter drop\n"
        + " }\n"
        + "}\n";
  }
}
