package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.policy.Cidr;
import dev.cloister.policy.DnsPolicy;
import dev.cloister.policy.Grants;
import dev.cloister.policy.InitRerun;
import dev.cloister.policy.IpAddress;
import dev.cloister.policy.NamePattern;
import dev.cloister.policy.NetworkPolicy;
import dev.cloister.policy.PodFacts;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.PodRole;
import dev.cloister.policy.PodSettings;
import dev.cloister.policy.Resolver;
import dev.cloister.policy.ServiceLinks;
import dev.cloister.policy.SpeaksAs;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A pod without a VM: the agent's own network, rules and mesh in namespaces, with the guest's
 * HAProxy. What its containers do is done by threads in the pod's network namespace.
 */
final class TestPod implements AutoCloseable {

  private static final int LIMIT_MILLIS = 8_000;
  private static final int LOOK_MILLIS = 20_000;

  private final TestLan lan;
  private final TestNamespace agent;
  private final String address;
  private final Path directory;
  private final HostsFiles hosts = new HostsFiles();
  private final MeshJournal journal = new MeshJournal(InstantSource.system());
  private final List<ServerSocket> listening = new CopyOnWriteArrayList<>();
  private final Mesh mesh;
  private final MeshProxy proxy;
  private final TestNamespace containers;

  TestPod(TestLan lan, String namespace, String workload, String address) throws Exception {
    this.lan = lan;
    this.address = address;
    this.directory = Files.createTempDirectory(Path.of("/tmp"), "cloister-mesh");
    this.agent = TestNamespace.alone(namespace);
    PodNetwork network = agent.call(() -> connected(workload));
    this.containers = agent.call(() -> TestNamespace.in(PodNetwork.namespace("net")));
    this.proxy = agent.call(this::proxy);
    this.mesh = new Mesh(true, proxy, network);
    hosts.add(hostsFile(), "127.0.0.1\tlocalhost\n");
    agent.call(() -> {
      mesh.resolver(new Resolver(List.of(IpAddress.parse(TestLan.GATEWAY)), "cluster.local"));
      return "";
    });
  }

  private String hostsFile() {
    return directory + "/hosts";
  }

  private MeshProxy proxy() {
    String root = lan.root().toString();
    Kernel.mount("/tmp", root + "/tmp", "none", Kernel.BIND, "");
    Kernel.mount("/dev", root + "/dev", "none", Kernel.BIND, "");
    return new MeshProxy(
        List.of("chroot", root, "/usr/sbin/haproxy"),
        directory + "/mesh",
        new MeshTraffic(journal));
  }

  /** The agent's own way, with the two devices of a VM that a namespace lacks. */
  private PodNetwork connected(String workload) throws Exception {
    Kernel.mount("sysfs", "/sys", "sysfs", 0, "");
    Kernel.mount("tmpfs", "/run", "tmpfs", 0, "mode=0755");
    // The guest has no list of protocols.
    Kernel.mount("/dev/null", "/etc/protocols", "none", Kernel.BIND, "");
    SmallFile.makeDirectory("/run/cloister");
    SmallFile.write("/run/cloister/modules-loaded", "");
    PodFacts facts =
        new PodFacts(
            workload + "-0",
            "default",
            "1",
            "node",
            workload,
            List.of(IpAddress.parse(address)),
            List.of());
    PodNetwork network = new PodNetwork(new Machine(""), policy(), directory.toString(), hosts);
    network.makeNamespaces(facts);
    String mac = SmallFile.read("/sys/class/net/eth0/address");
    network.connect(
        new Grants.Network(
            List.of(
                new Grants.Link(
                    "eth0",
                    Bytes.ofHex(mac.replace(":", "")),
                    1500,
                    List.of(Cidr.parse(address + "/24")))),
            List.of(
                new Grants.Route(
                    Cidr.parse("0.0.0.0/0"), IpAddress.parse(TestLan.GATEWAY), "eth0")),
            Grants.Endpoint.NONE,
            Grants.Endpoint.NONE),
        facts);
    return network;
  }

  private static PodPolicy policy() {
    PodSettings settings =
        new PodSettings(
            new NamePattern.Generated("test-"),
            "default",
            PodSettings.HOSTNAME_FROM_POD,
            "",
            false,
            List.of(),
            DnsPolicy.DEFAULT,
            false,
            Map.of(),
            NetworkPolicy.CLOSED,
            ServiceLinks.CLOSED,
            InitRerun.NEVER,
            PodRole.WORKLOAD,
            true);
    return new PodPolicy(
        settings,
        Map.of(),
        List.of(TestContainers.container("app", SpeaksAs.WORKLOAD, 101, 101)),
        List.of());
  }

  String address() {
    return address;
  }

  MeshJournal journal() {
    return journal;
  }

  Mesh mesh() {
    return mesh;
  }

  MeshProxy meshProxy() {
    return proxy;
  }

  TestNamespace agentSide() {
    return agent;
  }

  /** In the network namespace of the pod's containers. */
  TestNamespace containers() {
    return containers;
  }

  /** What the containers' hosts file says. */
  String hosts() throws IOException {
    return Files.readString(Path.of(hostsFile()));
  }

  /** A join says this. */
  void update(MeshUpdate update) throws Exception {
    agent.call(() -> {
      mesh.update(update);
      return "";
    });
    mesh.requireUp(LIMIT_MILLIS);
  }

  /** An application that tells each caller its address, and sends back what it gets. */
  void serve(int port) throws Exception {
    ServerSocket socket =
        containers.call(() -> {
          ServerSocket made = new ServerSocket();
          made.setReuseAddress(true);
          made.bind(new InetSocketAddress("0.0.0.0", port));
          return made;
        });
    listening.add(socket);
    AgentThreads.start("app", () -> serve(socket));
  }

  /** Tells each caller its address, and sends back what it gets. */
  static void serve(ServerSocket socket) {
    try {
      while (true) {
        Socket caller = socket.accept();
        AgentThreads.start("echo", () -> echo(caller));
      }
    } catch (IOException _) {
      // The test is over.
    }
  }

  private static void echo(Socket caller) {
    try (caller) {
      String from = caller.getInetAddress().getHostAddress();
      caller.getOutputStream().write(("from " + from + "\n").getBytes(StandardCharsets.UTF_8));
      caller.getInputStream().transferTo(caller.getOutputStream());
    } catch (IOException _) {
      // The caller has gone.
    }
  }

  /**
   * What a container gets that calls this name and says "hello"; the reason where it gets nothing.
   */
  String call(String name, int port) throws Exception {
    return containers.call(() -> exchange(resolve(name), port));
  }

  /** Waits until the proxy has been told this address by DNS, which takes a moment at its start. */
  void awaitFound(String address) throws InterruptedException {
    awaitSaid("show servers state", address);
  }

  /** Waits until the proxy has looked who answers, and found the right one. */
  void awaitLooked() throws InterruptedException {
    awaitSaid("show stat", ",L6OK,");
  }

  private void awaitSaid(String question, String answer) throws InterruptedException {
    long end = Agent.monotonicMillis() + LOOK_MILLIS;
    String said = "";
    while (!said.contains(answer)) {
      if (Agent.monotonicMillis() > end) {
        throw new AssertionError("no " + answer + " in " + said);
      }
      Thread.sleep(50);
      said = meshProxy().process().socket().askWorker(question);
    }
  }

  /** A connection of a container that stays. */
  Socket connect(String name, int port) throws Exception {
    return containers.call(() -> {
      Socket socket = new Socket();
      socket.connect(new InetSocketAddress(resolve(name), port), LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      return socket;
    });
  }

  /** By the hosts file, as the containers' libraries do; addresses as they are. */
  private InetAddress resolve(String name) throws IOException {
    for (String line : hosts().split("\n", -1)) {
      List<String> words = List.of(line.split("\t", -1));
      if (words.size() > 1 && words.subList(1, words.size()).contains(name)) {
        return InetAddress.getByName(words.getFirst());
      }
    }
    return InetAddress.getByName(name);
  }

  /** What whoever calls there and says "hello" gets; the reason where it gets nothing. */
  static String exchange(InetAddress host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "failed: " + e.getMessage();
    }
  }

  @Override
  public void close() throws IOException {
    for (ServerSocket socket : listening) {
      socket.close();
    }
    proxy.process().stop();
    agent.close();
    containers.close();
    SmallFile.deleteTree(directory.toFile());
  }
}
