package dev.cloister.agent;

import dev.cloister.policy.InboundMode;
import dev.cloister.policy.IpAddress;
import dev.cloister.policy.Protocol;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/**
 * The mesh's part of the rules (docs/mesh.md). All TCP to the pod is led into the proxy, whether it
 * runs or not: where nobody listens there, nothing is let through. What containers send to the
 * addresses that stand for names of the mesh is led into it too; everything else that they send is
 * refused. The proxy itself may go out to the ports that the graph names. Pure functions.
 *
 * @param podIps addresses of the pod
 * @param publicPorts TCP ports with TLS and no question who calls
 * @param plainPorts TCP ports without TLS
 * @param udpPorts UDP ports, which pass by the proxy
 * @param dialled TCP ports that the proxy may connect to
 * @param nameServers that the proxy may ask
 */
record MeshRules(
    List<IpAddress> podIps,
    Set<Integer> publicPorts,
    Set<Integer> plainPorts,
    Set<Integer> udpPorts,
    Set<Integer> dialled,
    List<IpAddress> nameServers) {

  /** Of no mesh: nothing is led anywhere. */
  static final MeshRules NONE =
      new MeshRules(List.of(), Set.of(), Set.of(), Set.of(), Set.of(), List.of());

  /** The user that HAProxy runs as in the guest image. */
  static final int PROXY_USER = 101;

  private static final String MARK = " meta mark set 0x1 accept\n";
  private static final String TO_CARD = "  oifname \"" + Firewall.CARD + "\" ";
  private static final String FROM_CARD = "  iifname \"" + Firewall.CARD + "\" ";
  private static final String AS_PROXY = "meta skuid " + PROXY_USER + " ";

  static MeshRules of(MeshPlan plan, List<IpAddress> podIps, List<IpAddress> nameServers) {
    return new MeshRules(
        List.copyOf(podIps),
        plan.ports(InboundMode.PUBLIC, Protocol.TCP),
        plan.ports(InboundMode.PLAIN, Protocol.TCP),
        plan.ports(InboundMode.PLAIN, Protocol.UDP),
        plan.dialled(),
        List.copyOf(nameServers));
  }

  private boolean isNone() {
    return podIps.isEmpty();
  }

  /** Chains that lead connections into the proxy. */
  String chains() {
    if (isNone()) {
      return "";
    }
    StringBuilder out = new StringBuilder();
    out.append(" chain prerouting {\n")
        .append("  type filter hook prerouting priority mangle; policy accept;\n")
        .append("  meta l4proto tcp socket transparent 1" + MARK)
        .append(FROM_CARD + "ct direction original meta l4proto tcp jump inbound\n")
        .append("  iifname \"" + Firewall.POD + "\" ip daddr " + MeshAddresses.RANGE)
        .append(" meta l4proto tcp tproxy ip to 127.0.0.1:" + ProxyConfiguration.OUTBOUND_PORT)
        .append(MARK)
        .append(" }\n chain inbound {\n");
    for (IpAddress ip : podIps) {
      lead(out, ip, publicPorts, ProxyConfiguration.PUBLIC_PORT);
      lead(out, ip, plainPorts, ProxyConfiguration.PLAIN_PORT);
      out.append("  " + family(ip) + " daddr " + ip + " meta l4proto tcp")
          .append(proxy(ip, ProxyConfiguration.MESH_PORT));
    }
    return out.append("  counter drop\n }\n").toString();
  }

  private static void lead(StringBuilder out, IpAddress ip, Set<Integer> ports, int listener) {
    if (!ports.isEmpty()) {
      out.append("  " + family(ip) + " daddr " + ip + " meta l4proto tcp tcp dport ")
          .append(set(ports))
          .append(proxy(ip, listener));
    }
  }

  private static String proxy(IpAddress ip, int listener) {
    String to = ip.isV4() ? " ip to 127.0.0.1:" : " ip6 to [::1]:";
    return " tproxy" + to + listener + MARK;
  }

  private static String family(IpAddress ip) {
    return ip.isV4() ? "ip" : "ip6";
  }

  private static String set(Collection<?> elements) {
    StringJoiner all = new StringJoiner(", ", "{ ", " }");
    elements.forEach(element -> all.add(element.toString()));
    return all.toString();
  }

  /** What the agent's side of the guest takes. */
  String input() {
    if (isNone()) {
      return "";
    }
    return "  meta l4proto tcp meta mark 0x1 accept\n"
        + FROM_CARD
        + "ct direction reply ct state established meta l4proto { tcp, udp } accept\n"
        + FROM_CARD
        + "ct state related meta l4proto { 1, 58 } accept\n";
  }

  /** What the agent's side of the guest sends. */
  String output() {
    if (isNone()) {
      return "";
    }
    StringBuilder out = new StringBuilder();
    out.append("  oifname \"" + Firewall.POD + "\" meta l4proto tcp accept\n")
        .append(TO_CARD + "ct direction reply ct state established meta l4proto tcp accept\n");
    if (!dialled.isEmpty()) {
      // The agent itself looks who answers where the wrong one does.
      out.append(TO_CARD + "meta skuid { 0, " + PROXY_USER + " } tcp dport " + set(dialled))
          .append(" accept\n");
    }
    for (IpAddress server : nameServers) {
      out.append(TO_CARD + AS_PROXY + family(server) + " daddr " + server)
          .append(" udp dport 53 accept\n");
    }
    return out.toString();
  }

  /** What passes by the proxy. */
  String forward() {
    StringBuilder out = new StringBuilder();
    for (IpAddress ip : udpPorts.isEmpty() ? List.<IpAddress>of() : podIps) {
      out.append(FROM_CARD + "oifname \"" + Firewall.POD + "\" ct direction original ")
          .append(family(ip) + " daddr " + ip + " udp dport " + set(udpPorts) + " accept\n");
    }
    return out.toString();
  }

  /** The proxy has no address on the network; it goes out under the pod's. */
  String translation() {
    StringBuilder out = new StringBuilder();
    for (IpAddress ip : podIps) {
      out.append(TO_CARD + "meta nfproto " + (ip.isV4() ? "ipv4 " : "ipv6 "))
          .append(family(ip) + " saddr != " + ip + " meta skuid { 0, " + PROXY_USER + " }")
          .append(" snat " + family(ip) + " to " + ip + "\n");
    }
    return out.toString();
  }
}
