package dev.cloister.policy;

import static dev.cloister.policy.GuardTest.assertRefused;
import static dev.cloister.policy.GuardTest.grant;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.JsonWriter;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the host says of the pod: each field held against its grammar and the policy. */
class HostInputsTest {

  private static final String POD = "kv-5b8f7c9d4-x2x4z";

  private static HostRequest.OpenSandbox open(
      String name, String namespace, String uid, String node, String hostname, String podIp) {
    return new HostRequest.OpenSandbox(
        name, namespace, uid, node, hostname, List.of(podIp), List.of());
  }

  private static void assertOpenRefused(
      HostRequest.OpenSandbox request, PolicyError code, String path) {
    assertRefused(new Guard(Policies.pod()).decide(request), code, path);
  }

  private static Guard opened() {
    Guard guard = new Guard(Policies.pod());
    grant(guard.decide(GuardTest.OPEN));
    return guard;
  }

  @Test
  void refusesNamesThatThePolicyDoesNotGive() {
    assertOpenRefused(
        open("evil", "prod", "u", "n", "evil", "10.0.0.1"), PolicyError.POD_NAME, "pod.name");
    assertOpenRefused(
        open(POD, "dev", "u", "n", POD, "10.0.0.1"), PolicyError.NAMESPACE, "pod.namespace");
    assertOpenRefused(
        open(POD, "prod", "u", "n", "other", "10.0.0.1"), PolicyError.HOSTNAME, "pod.hostname");
  }

  @Test
  void refusesControlCharactersAndOddTexts() {
    for (String bad : List.of("", "a\nb", "u u", "u/../x", "x".repeat(65))) {
      assertOpenRefused(open(POD, "prod", bad, "n", POD, "10.0.0.1"), PolicyError.TEXT, "uid");
    }
    for (String bad : List.of("", "Node", "n\0", "n_1", "n..x")) {
      assertOpenRefused(open(POD, "prod", "u", bad, POD, "10.0.0.1"), PolicyError.TEXT, "nodeName");
    }
  }

  @Test
  void refusesAddressesThatNoPodMayHave() {
    for (String bad :
        List.of("127.0.0.1", "224.0.0.1", "0.0.0.0", "198.18.0.2", "::1", "x", "169.254.1.1")) {
      assertOpenRefused(open(POD, "prod", "u", "n", POD, bad), PolicyError.ADDRESS, "podIps[0]");
    }
    for (List<String> bad :
        List.of(
            List.<String>of(),
            List.of("10.0.0.1", "10.0.0.2"),
            List.of("10.0.0.1", "fd00::1", "fd00::2"))) {
      assertOpenRefused(
          new HostRequest.OpenSandbox(POD, "prod", "u", "n", POD, bad, List.of()),
          PolicyError.ADDRESS,
          "podIps");
    }
  }

  private static HostRequest.SetNetwork network(
      String name, String mac, long mtu, String address, String destination, String gateway) {
    return new HostRequest.SetNetwork(
        List.of(new HostRequest.Interface(name, mac, mtu, List.of(address))),
        List.of(new HostRequest.Route(destination, gateway, name)));
  }

  @Test
  void refusesInterfacesThatNoPodMayHave() {
    String mac = "02:00:00:00:00:05";
    String ip = "10.88.0.5/16";
    String all = "0.0.0.0/0";
    String hop = "10.88.0.1";
    for (String name : List.of("lo", "", "ETH0", "0eth", "eth0.1", "a".repeat(16), "eth/0")) {
      assertRefused(
          opened().decide(network(name, mac, 1500, ip, all, hop)),
          PolicyError.NETWORK,
          "interfaces[0].name");
    }
    for (String bad :
        List.of(
            "",
            "02:00:00:00:00",
            "01:00:00:00:00:05",
            "02-00-00-00-00-05",
            "00:00:00:00:00:00",
            "zz:00:00:00:00:05")) {
      assertRefused(
          opened().decide(network("eth0", bad, 1500, ip, all, hop)),
          PolicyError.NETWORK,
          "interfaces[0].mac");
    }
    for (long mtu : new long[] {0, 575, 9217, 1L << 32}) {
      assertRefused(
          opened().decide(network("eth0", mac, mtu, ip, all, hop)),
          PolicyError.NETWORK,
          "interfaces[0].mtu");
    }
    for (String bad :
        List.of("127.0.0.1/8", "10.88.0.5", "10.88.0.5/33", "10.88.0.5/0", "198.19.0.1/16")) {
      assertRefused(
          opened().decide(network("eth0", mac, 1500, bad, all, hop)),
          PolicyError.ADDRESS,
          "interfaces[0].addresses[0]");
    }
    assertRefused(
        opened().decide(network("eth0", mac, 1500, "10.88.0.6/16", all, hop)),
        PolicyError.NETWORK,
        "interfaces");
  }

  @Test
  void refusesRoutesThatReachIntoTheGuest() {
    String mac = "02:00:00:00:00:05";
    for (String bad :
        List.of(
            "127.0.0.0/8",
            "127.0.0.1/32",
            "224.0.0.0/4",
            "198.18.0.0/15",
            "198.18.7.0/24",
            "10.88.0.5/16",
            "x",
            "::1/128")) {
      assertRefused(
          opened().decide(network("eth0", mac, 1500, "10.88.0.5/16", bad, "10.88.0.1")),
          PolicyError.ADDRESS,
          "routes[0].destination");
    }
    for (String bad : List.of("127.0.0.1", "fd00::1", "gateway", "224.0.0.1")) {
      assertRefused(
          opened().decide(network("eth0", mac, 1500, "10.88.0.5/16", "0.0.0.0/0", bad)),
          PolicyError.ADDRESS,
          "routes[0].gateway");
    }
    HostRequest.Interface eth0 =
        new HostRequest.Interface("eth0", mac, 1500, List.of("10.88.0.5/16"));
    assertRefused(
        opened()
            .decide(
                new HostRequest.SetNetwork(
                    List.of(eth0), List.of(new HostRequest.Route("0.0.0.0/0", "", "eth1")))),
        PolicyError.NETWORK,
        "routes[0].interface");
  }

  @Test
  void refusesMoreThanItsLimits() {
    HostRequest.Interface eth0 =
        new HostRequest.Interface("eth0", "02:00:00:00:00:05", 1500, List.of("10.88.0.5/16"));
    HostRequest.Route route = new HostRequest.Route("0.0.0.0/0", "", "eth0");
    assertRefused(
        opened().decide(new HostRequest.SetNetwork(List.of(), List.of())),
        PolicyError.NETWORK,
        "interfaces");
    assertRefused(
        opened().decide(new HostRequest.SetNetwork(Collections.nCopies(5, eth0), List.of())),
        PolicyError.NETWORK,
        "interfaces");
    assertRefused(
        opened().decide(new HostRequest.SetNetwork(List.of(eth0, eth0), List.of())),
        PolicyError.NETWORK,
        "interfaces[1].name");
    assertRefused(
        opened().decide(new HostRequest.SetNetwork(List.of(eth0), Collections.nCopies(65, route))),
        PolicyError.NETWORK,
        "routes");
    assertRefused(
        opened()
            .decide(
                new HostRequest.SetNetwork(
                    List.of(
                        new HostRequest.Interface(
                            "eth0",
                            "02:00:00:00:00:05",
                            1500,
                            Collections.nCopies(9, "10.88.0.5/16"))),
                    List.of())),
        PolicyError.NETWORK,
        "interfaces[0].addresses");
    assertRefused(
        opened().decide(new HostRequest.SetResolver(Collections.nCopies(4, "10.0.0.1"), "")),
        PolicyError.ADDRESS,
        "nameServers");
  }

  @Test
  void takesLinkLocalGatewaysAndNameServers() {
    grant(
        opened()
            .decide(
                network(
                    "eth0",
                    "02:00:00:00:00:05",
                    1500,
                    "10.88.0.5/32",
                    "0.0.0.0/0",
                    "169.254.1.1")));
    grant(opened().decide(new HostRequest.SetResolver(List.of("169.254.20.10"), "")));
  }

  @Test
  void refusesNameServersAndDomainsThatAreNone() {
    assertRefused(
        opened().decide(new HostRequest.SetResolver(List.of("127.0.0.53"), "")),
        PolicyError.ADDRESS,
        "nameServers[0]");
    assertRefused(
        opened().decide(new HostRequest.SetResolver(List.of(), "a\nnameserver 1.1.1.1")),
        PolicyError.TEXT,
        "clusterDomain");
  }

  @Test
  void keepsServiceLinksClosed() {
    assertRefused(
        opened().decide(new HostRequest.SetServiceLinks(List.of())),
        PolicyError.SERVICE_LINKS,
        "pod.serviceLinks");
  }

  private static PodPolicy withLinks() {
    PodPolicy pod = Policies.pod();
    return new PodPolicy(
        Policies.settings(
            new NamePattern.Deployment("kv"),
            ServiceLinks.to(List.of("kubernetes", "db-main")),
            InitRerun.NEVER),
        pod.volumes(),
        pod.containers(),
        List.of());
  }

  private static Decision<List<ServiceLink>> link(String service, String ip, List<Long> ports) {
    Guard guard = new Guard(withLinks());
    grant(guard.decide(GuardTest.OPEN));
    return guard.decide(
        new HostRequest.SetServiceLinks(List.of(new HostRequest.Link(service, ip, ports))));
  }

  @Test
  void takesListedServiceLinksOnly() {
    List<ServiceLink> links = grant(link("db-main", "10.96.0.9", List.of(5432L)));
    assertThat(links.getFirst().variables())
        .containsEntry("DB_MAIN_SERVICE_HOST", "10.96.0.9")
        .containsEntry("DB_MAIN_PORT", "tcp://10.96.0.9:5432")
        .containsEntry("DB_MAIN_PORT_5432_TCP_ADDR", "10.96.0.9");
    assertRefused(
        link("other", "10.96.0.9", List.of(1L)), PolicyError.SERVICE_LINKS, "links[0].service");
    assertRefused(link("db-main", "127.0.0.1", List.of(1L)), PolicyError.ADDRESS, "links[0].ip");
    assertRefused(
        link("db-main", "10.96.0.9", List.of()), PolicyError.SERVICE_LINKS, "links[0].ports");
    assertRefused(
        link("db-main", "10.96.0.9", List.of(65_536L)),
        PolicyError.SERVICE_LINKS,
        "links[0].ports");
    assertRefused(
        link("db-main", "10.96.0.9", List.of(80L, 80L)),
        PolicyError.SERVICE_LINKS,
        "links[0].ports");
  }

  @Test
  void wantsTheNodesAddressWhereThePolicyUsesIt() {
    ContainerPolicy web = Policies.pod().container("web");
    String changed =
        JsonWriter.canonical(Policies.pod(InitRerun.NEVER, web).toJson())
            .replace("\"MODE\":\"strict\"", "\"MODE\":[{\"fact\":\"hostIP\"}]");
    PodPolicy policy = PodPolicy.parse(Bytes.ofUtf8(changed));
    assertRefused(
        new Guard(policy).decide(open(POD, "prod", "u", "n", POD, "10.0.0.1")),
        PolicyError.ADDRESS,
        "hostIps");
    grant(new Guard(policy).decide(GuardTest.OPEN));
  }
}
