package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.policy.Grants;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.IpAddress;
import dev.cloister.policy.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirewallTest {

  private static final InboundPort HTTP = new InboundPort(7379, Protocol.TCP, InboundMode.PLAIN);

  private static String open(List<String> podIps, List<InboundPort> inbound) {
    return open(podIps, inbound, Grants.Endpoint.NONE, Grants.Endpoint.NONE);
  }

  private static String open(
      List<String> podIps,
      List<InboundPort> inbound,
      Grants.Endpoint coordinator,
      Grants.Endpoint store) {
    List<IpAddress> ips = podIps.stream().map(IpAddress::parse).toList();
    return Firewall.open(new Firewall.Openings(ips, inbound, coordinator, store, MeshRules.NONE));
  }

  @Test
  void dropsEverythingInBothFamiliesByDefault() {
    String rules = Firewall.closed();
    assertThat(rules).contains("table inet cloister");
    for (String hook : List.of("input", "forward", "output")) {
      assertThat(rules).contains("hook " + hook + " priority filter; policy drop;");
    }
    assertThat(rules.lines().filter(line -> line.endsWith("accept")))
        .containsExactly("  iifname \"lo\" accept", "  oifname \"lo\" accept");
  }

  @Test
  void letsInOnlyTheDeclaredPortsOfThePodsAddresses() {
    String rules = open(List.of("10.0.0.5", "fd00::5"), List.of(HTTP));
    String in = "  iifname \"up0\" oifname \"pod0\" ct direction original ";
    assertThat(rules.lines().filter(line -> line.contains("original")))
        .containsExactly(
            in + "ip daddr 10.0.0.5 tcp dport 7379 accept",
            in + "ip6 daddr fd00::5 tcp dport 7379 accept");
  }

  @Test
  void letsOutNothingButAnswers() {
    String rules = open(List.of("10.0.0.5"), List.of(HTTP));
    assertThat(rules.lines().filter(line -> line.contains("iifname \"pod0\"")))
        .containsExactly(
            "  iifname \"pod0\" counter reject with icmpx admin-prohibited",
            "  iifname \"pod0\" oifname \"up0\" ct direction reply ct state established accept",
            "  iifname \"pod0\" counter reject with icmpx admin-prohibited");
  }

  @Test
  void opensNoPortWhereThePolicyDeclaresNone() {
    String rules = open(List.of("10.0.0.5"), List.of());
    assertThat(rules).doesNotContain("dport");
  }

  @Test
  void letsTheAgentAndNoContainerReachTheCoordinatorUnderThePodsAddress() {
    Grants.Endpoint coordinator = new Grants.Endpoint(IpAddress.parse("10.0.0.9"), 7443);
    String rules =
        open(List.of("fd00::5", "10.0.0.5"), List.of(), coordinator, Grants.Endpoint.NONE);
    assertThat(rules.lines().filter(line -> line.contains("10.0.0.9")))
        .containsExactly(
            "  iifname \"up0\" ct direction reply ct state established ip saddr 10.0.0.9"
                + " tcp sport 7443 accept",
            "  oifname \"up0\" ct direction original ip daddr 10.0.0.9 tcp dport 7443 accept",
            "  oifname \"up0\" ip daddr 10.0.0.9 tcp dport 7443 snat ip to 10.0.0.5");
    String forward = rules.substring(rules.indexOf("chain forward"), rules.indexOf("chain output"));
    assertThat(forward).doesNotContain("10.0.0.9", "original");
  }

  @Test
  void letsTheCoordinatorsContainersReachTheStoreAndNothingElse() {
    Grants.Endpoint store = new Grants.Endpoint(IpAddress.parse("10.0.0.1"), 7445);
    String rules = open(List.of("10.0.0.5"), List.of(), Grants.Endpoint.NONE, store);
    assertThat(rules.lines().filter(line -> line.contains("10.0.0.1")))
        .containsExactly(
            "  iifname \"pod0\" oifname \"up0\" ct direction original ip saddr 10.0.0.5"
                + " ip daddr 10.0.0.1 tcp dport 7445 accept",
            "  iifname \"up0\" oifname \"pod0\" ct direction reply ct state established"
                + " ip saddr 10.0.0.1 tcp sport 7445 accept");
    assertThat(rules).doesNotContain("snat");
  }

  private static String meshed(TestGraph graph, String... podIps) {
    List<IpAddress> ips = List.of(podIps).stream().map(IpAddress::parse).toList();
    MeshPlan plan = MeshPlan.of(graph.build(), new MeshAddresses(), "cluster.local");
    MeshRules mesh = MeshRules.of(plan, ips, List.of(IpAddress.parse("10.0.0.1")));
    return Firewall.open(
        new Firewall.Openings(ips, List.of(), Grants.Endpoint.NONE, Grants.Endpoint.NONE, mesh));
  }

  @Test
  void leadsAllTcpToThePodIntoTheProxyInBothFamilies() {
    String rules =
        meshed(
            new TestGraph("web")
                .letsIn(8080, "front")
                .opens(443, Protocol.TCP, InboundMode.PUBLIC)
                .opens(80, Protocol.TCP, InboundMode.PLAIN),
            "10.0.0.5",
            "fd00::5");
    String inbound = rules.substring(rules.indexOf("chain inbound"));
    assertThat(inbound.lines().filter(line -> line.contains("tproxy")))
        .containsExactly(
            "  ip daddr 10.0.0.5 meta l4proto tcp tcp dport { 443 } tproxy ip to 127.0.0.1:15007"
                + " meta mark set 0x1 accept",
            "  ip daddr 10.0.0.5 meta l4proto tcp tcp dport { 80 } tproxy ip to 127.0.0.1:15008"
                + " meta mark set 0x1 accept",
            "  ip daddr 10.0.0.5 meta l4proto tcp tproxy ip to 127.0.0.1:15006"
                + " meta mark set 0x1 accept",
            "  ip6 daddr fd00::5 meta l4proto tcp tcp dport { 443 } tproxy ip6 to [::1]:15007"
                + " meta mark set 0x1 accept",
            "  ip6 daddr fd00::5 meta l4proto tcp tcp dport { 80 } tproxy ip6 to [::1]:15008"
                + " meta mark set 0x1 accept",
            "  ip6 daddr fd00::5 meta l4proto tcp tproxy ip6 to [::1]:15006"
                + " meta mark set 0x1 accept");
    assertThat(inbound).contains("  counter drop\n }\n");
  }

  @Test
  void forwardsNothingOfTheMeshButDeclaredUdp() {
    String rules =
        meshed(
            new TestGraph("web").letsIn(8080, "front").opens(53, Protocol.UDP, InboundMode.PLAIN),
            "10.0.0.5");
    String forward = rules.substring(rules.indexOf("chain forward"), rules.indexOf("chain output"));
    assertThat(forward.lines().filter(line -> line.contains("direction original")))
        .containsExactly(
            "  iifname \"up0\" oifname \"pod0\" ct direction original ip daddr 10.0.0.5"
                + " udp dport { 53 } accept");
  }

  @Test
  void letsOnlyTheProxyAndTheAgentOutAndOnlyToPortsOfTheGraph() {
    String rules = meshed(new TestGraph("web").calls("db", 6379).calls("queue", 80), "10.0.0.5");
    String output = rules.substring(rules.indexOf("chain output"), rules.indexOf("postrouting"));
    assertThat(output.lines().filter(line -> line.contains("\"up0\"")))
        .containsExactly(
            "  oifname \"up0\" ct direction reply ct state established meta l4proto tcp accept",
            "  oifname \"up0\" meta skuid { 0, 101 } tcp dport { 80, 6379 } accept",
            "  oifname \"up0\" meta skuid 101 ip daddr 10.0.0.1 udp dport 53 accept");
    assertThat(meshed(new TestGraph("web"), "10.0.0.5")).doesNotContain("dport {");
  }
}
