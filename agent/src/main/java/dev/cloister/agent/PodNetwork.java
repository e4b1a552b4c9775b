package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.Cidr;
import dev.cloister.policy.Composer;
import dev.cloister.policy.Grants;
import dev.cloister.policy.IpAddress;
import dev.cloister.policy.PodFacts;
import dev.cloister.policy.PodPolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Two network namespaces (design D3): the card is in the agent's, the containers are in the pod's,
 * which has one interface to the other and the pod's address. The card's side answers ARP and
 * neighbour discovery for the pod, and passes on what {@link Firewall} lets through. The rules are
 * loaded before any interface is up, and forwarding is switched on last.
 */
final class PodNetwork implements Mesh.Surroundings {

  private static final String GATEWAY_V4 = "169.254.1.1";
  private static final String GATEWAY_V6 = "fe80::1";
  private static final String NAMESPACES = "/run/netns";
  private static final String NAME = "pod";
  private static final long MODULES_MILLIS = 60_000;

  private final Machine machine;
  private final PodPolicy policy;
  private final String directory;
  private boolean closed;
  private final HostsFiles hosts;
  private List<IpAddress> podIps = List.of();
  private Grants.Endpoint store = Grants.Endpoint.NONE;
  private Grants.Endpoint coordinator = Grants.Endpoint.NONE;
  private MeshRules mesh = MeshRules.NONE;

  /**
   * @param directory for rules and what programs say
   * @param hosts of the pod's containers
   */
  PodNetwork(Machine machine, PodPolicy policy, String directory, HostsFiles hosts) {
    this.machine = machine;
    this.policy = policy;
    this.directory = directory;
    this.hosts = hosts;
  }

  /** The file of a namespace of the pod: {@code net}, {@code ipc} or {@code uts}. */
  static String namespace(String kind) {
    return kind.equals("net") ? NAMESPACES + "/" + NAME : NAMESPACES + "/" + NAME + "-" + kind;
  }

  /** Waits for the kernel's modules and drops everything. */
  synchronized void close() {
    if (!closed) {
      machine.awaitFile("/run/cloister/modules-loaded", MODULES_MILLIS);
      load(Firewall.closed());
      closed = true;
    }
  }

  private void load(String rules) {
    String file = directory + "/rules.nft";
    SmallFile.write(file, rules);
    Programs.run(directory, List.of("nft", "-f", file));
  }

  /** Makes the pod's namespaces, with its host name and its sysctls. */
  void makeNamespaces(PodFacts facts) {
    NamespaceMaker maker = new NamespaceMaker(policy, facts);
    Thread thread = AgentThreads.start("namespaces", maker);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(AgentError.KERNEL, "namespaces", "interrupted", e);
    }
    CloisterException failure = maker.failure;
    if (failure != null) {
      throw failure;
    }
  }

  /** Connects the pod. */
  void connect(Grants.Network network, PodFacts facts) {
    close();
    begin(network, facts);
    Grants.Link link = network.interfaces().getFirst();
    String card = machine.networkInterface(mac(link.mac()));
    quieten(card);
    Programs.run(
        directory, List.of("ip", "-batch", batch("card", cardSide(card, network, link, facts))));
    Programs.run(
        directory, List.of("ip", "-n", NAME, "-batch", batch("pod", podSide(link, facts))));
    if (policy.pod().join()) {
      leadMarked();
    }
    // The card has the pod's address too, so the kernel must not take the pod for an impostor.
    SmallFile.write("/proc/sys/net/ipv4/conf/" + Firewall.POD + "/accept_local", "1");
    SmallFile.write("/proc/sys/net/ipv4/ip_forward", "1");
    SmallFile.write("/proc/sys/net/ipv6/conf/all/forwarding", "1");
    SmallFile.write("/proc/sys/net/ipv6/conf/" + Firewall.CARD + "/proxy_ndp", "1");
  }

  private synchronized void begin(Grants.Network network, PodFacts facts) {
    podIps = facts.podIps();
    store = network.store();
    open(network.coordinator());
  }

  /** Opens what the policy opens, and for the agent itself the way to this Coordinator. */
  synchronized void open(Grants.Endpoint at) {
    coordinator = at;
    load();
  }

  /** Puts the mesh's rules into force. */
  @Override
  public synchronized void rules(MeshRules rules) {
    if (!rules.equals(mesh)) {
      mesh = rules;
      load();
    }
  }

  @Override
  public synchronized List<IpAddress> podIps() {
    return podIps;
  }

  @Override
  public void hosts(String lines) {
    hosts.mesh(lines);
  }

  private void load() {
    load(
        Firewall.open(
            new Firewall.Openings(
                podIps, policy.pod().network().inbound(), coordinator, store, mesh)));
  }

  /** What the rules have marked for the proxy goes to this side, whatever its address. */
  private void leadMarked() {
    Programs.run(
        directory,
        List.of(
            "ip",
            "-batch",
            batch(
                "marked",
                """
                link set lo up
                rule add fwmark 1/1 lookup 100
                route add local default dev lo table 100
                route add local ::/0 dev lo table 100
                """)));
    Programs.run(directory, List.of("ip", "-6", "rule", "add", "fwmark", "1/1", "lookup", "100"));
  }

  /** No address that the network proposes by itself is taken. */
  private static void quieten(String card) {
    String settings = "/proc/sys/net/ipv6/conf/" + card + "/";
    SmallFile.write(settings + "accept_ra", "0");
    SmallFile.write(settings + "autoconf", "0");
  }

  private String batch(String name, String commands) {
    String file = directory + "/" + name + ".ip";
    SmallFile.write(file, commands);
    return file;
  }

  private static String cardSide(
      String card, Grants.Network network, Grants.Link link, PodFacts facts) {
    StringBuilder out = new StringBuilder();
    if (!card.equals(Firewall.CARD)) {
      line(out, "link set " + card + " name " + Firewall.CARD);
    }
    line(out, "link set " + Firewall.CARD + " mtu " + link.mtu());
    line(out, "link add " + Firewall.POD + " type veth peer name eth0 netns " + NAME);
    line(out, "addr add " + GATEWAY_V4 + "/32 dev " + Firewall.POD);
    line(out, "link set " + Firewall.POD + " mtu " + link.mtu() + " up");
    line(out, "addr add " + GATEWAY_V6 + "/64 dev " + Firewall.POD + " nodad");
    line(out, "link set " + Firewall.CARD + " up");
    for (IpAddress ip : facts.podIps()) {
      line(out, "route add " + ip + "/" + ip.bits() + " dev " + Firewall.POD);
      line(out, "neigh add proxy " + ip + " dev " + Firewall.CARD);
      if (ip.isV4()) {
        askingAs(out, ip);
      }
    }
    for (Cidr address : link.addresses()) {
      if (address.prefix() < address.address().bits()) {
        line(
            out,
            "route add " + address.network() + " dev " + Firewall.CARD + source(address.address()));
      }
    }
    for (Grants.Route route : network.routes()) {
      if (route.device().equals(link.name())) {
        String gateway =
            route.gateway().isUnspecified() ? "" : " via " + route.gateway() + " onlink";
        line(
            out,
            "route add "
                + route.destination()
                + gateway
                + " dev "
                + Firewall.CARD
                + source(route.destination().address()));
      }
    }
    return out.toString();
  }

  /**
   * The card asks for its neighbours under the pod's address: another pod's guest does not answer
   * who asks under an address that it has itself, as all guests have the gateway's. Nothing for
   * that address is delivered here, though: what comes for the pod goes on to the pod.
   */
  private static void askingAs(StringBuilder out, IpAddress ip) {
    line(out, "addr add " + ip + "/32 dev " + Firewall.CARD);
    line(out, "route del local " + ip + " dev " + Firewall.CARD + " table local");
  }

  /** The agent itself sends under an address at which answers reach it. */
  private static String source(IpAddress family) {
    return family.isV4() ? " src " + GATEWAY_V4 : "";
  }

  private static String podSide(Grants.Link link, PodFacts facts) {
    StringBuilder out = new StringBuilder();
    line(out, "link set lo up");
    line(out, "link set eth0 mtu " + link.mtu() + " up");
    for (IpAddress ip : facts.podIps()) {
      line(out, "addr add " + ip + "/" + ip.bits() + " dev eth0" + (ip.isV4() ? "" : " nodad"));
      if (ip.isV4()) {
        line(out, "route add " + GATEWAY_V4 + " dev eth0 scope link");
        line(out, "route add default via " + GATEWAY_V4 + " dev eth0");
      } else {
        line(out, "route add default via " + GATEWAY_V6 + " dev eth0");
      }
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String command) {
    out.append(command).append('\n');
  }

  private static String mac(Bytes mac) {
    StringBuilder out = new StringBuilder();
    String hex = mac.toHex();
    for (int i = 0; i < hex.length(); i += 2) {
      out.append(i == 0 ? "" : ":").append(hex, i, i + 2);
    }
    return out.toString();
  }

  /** A thread that leaves the agent's namespaces for new ones, fills them, and ends. */
  private static final class NamespaceMaker implements Runnable {
    private final PodPolicy policy;
    private final PodFacts facts;
    private volatile @Nullable CloisterException failure;

    NamespaceMaker(PodPolicy policy, PodFacts facts) {
      this.policy = policy;
      this.facts = facts;
    }

    @Override
    public void run() {
      try {
        Kernel.unshare(Kernel.NEW_NETWORK | Kernel.NEW_IPC | Kernel.NEW_UTS);
        Kernel.setHostname(facts.hostname());
        set(Composer.networkSysctls(policy));
        set(policy.pod().sysctls());
        SmallFile.makeDirectory(NAMESPACES);
        keep("net");
        keep("ipc");
        keep("uts");
      } catch (CloisterException e) {
        failure = e;
      }
    }

    private static void set(Map<String, String> sysctls) {
      for (Map.Entry<String, String> sysctl : sysctls.entrySet()) {
        SmallFile.write("/proc/sys/" + sysctl.getKey().replace('.', '/'), sysctl.getValue());
      }
    }

    private static void keep(String kind) {
      String file = namespace(kind);
      SmallFile.write(file, "");
      Kernel.mount("/proc/thread-self/ns/" + kind, file, "none", Kernel.BIND, "");
    }
  }
}
