package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.IpAddress;
import dev.cloister.policy.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirewallTest {

  private static final InboundPort HTTP = new InboundPort(7379, Protocol.TCP, InboundMode.PLAIN);

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
    String rules =
        Firewall.open(
            List.of(IpAddress.parse("10.0.0.5"), IpAddress.parse("fd00::5")), List.of(HTTP));
    String in = "  iifname \"up0\" oifname \"pod0\" ct direction original ";
    assertThat(rules.lines().filter(line -> line.contains("original")))
        .containsExactly(
            in + "ip daddr 10.0.0.5 tcp dport 7379 accept",
            in + "ip6 daddr fd00::5 tcp dport 7379 accept");
  }

  @Test
  void letsOutNothingButAnswers() {
    String rules = Firewall.open(List.of(IpAddress.parse("10.0.0.5")), List.of(HTTP));
    assertThat(rules.lines().filter(line -> line.contains("iifname \"pod0\"")))
        .containsExactly(
            "  iifname \"pod0\" oifname \"up0\" ct direction reply ct state established accept",
            "  iifname \"pod0\" counter reject with icmpx admin-prohibited");
  }

  @Test
  void opensNoPortWhereThePolicyDeclaresNone() {
    String rules = Firewall.open(List.of(IpAddress.parse("10.0.0.5")), List.of());
    assertThat(rules).doesNotContain("dport");
  }
}
