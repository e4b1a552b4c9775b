package dev.cloister.agent;

import dev.cloister.guest.ArchiveRoots;
import dev.cloister.guest.BuildProgress;
import dev.cloister.guest.DebianArchive;
import dev.cloister.guest.GuestImageBuilder;
import dev.cloister.guest.GuestLock;
import dev.cloister.guest.HostProxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network between pods, in a network namespace: a bridge with an address, where strangers are and
 * a name server that says whatever it is told to say.
 */
final class TestLan implements AutoCloseable {

  static final String GATEWAY = "10.77.0.1";

  private static final int DNS_PORT = 53;

  private final String name = "cloister-lan-" + Long.toHexString(System.nanoTime() & 0xffffff);
  private final Path root;
  private final List<String> namespaces = new ArrayList<>();
  private final Map<String, List<String>> addresses = new ConcurrentHashMap<>();
  private final TestNamespace outside;
  private final DatagramSocket dns;
  private int pods;

  TestLan() throws Exception {
    root = guestRoot();
    add(name);
    ip("-n", name, "link", "set", "lo", "up");
    // With an address of its own, which does not change when another pod comes.
    ip("-n", name, "link", "add", "br0", "address", "02:00:00:00:00:01", "type", "bridge");
    ip("-n", name, "addr", "add", GATEWAY + "/24", "dev", "br0");
    ip("-n", name, "link", "set", "br0", "up");
    outside = TestNamespace.in("/run/netns/" + name);
    dns = outside.call(() -> new DatagramSocket(new InetSocketAddress(GATEWAY, DNS_PORT)));
    AgentThreads.start("dns", () -> answer(dns));
  }

  private void add(String namespace) throws Exception {
    ip("netns", "add", namespace);
    namespaces.add(namespace);
  }

  static void ip(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + said);
    }
  }

  /** The guest's root without the agent: where its HAProxy is. */
  private static Path guestRoot() {
    Map<String, String> environment = System.getenv();
    String configured = environment.getOrDefault("CLOISTER_CACHE", "");
    Path cache =
        configured.isEmpty()
            ? Path.of(System.getProperty("user.home", ""), ".cache", "cloister")
            : Path.of(configured);
    DebianArchive archive =
        new DebianArchive(
            ArchiveRoots.ofHost(Path.of("/etc/apt"), environment),
            new HostProxy("", environment),
            InstantSource.system());
    return new GuestImageBuilder(cache, archive)
        .base(GuestLock.open(Path.of("../guest/guest.lock")), BuildProgress.silent());
  }

  Path root() {
    return root;
  }

  /** Does something outside all pods, at the bridge's address. */
  TestNamespace outside() {
    return outside;
  }

  /** A further pod of this workload, whose name DNS knows from here on. */
  TestPod pod(String workload) throws Exception {
    String card = "v" + ++pods + name.substring(name.length() - 6);
    String namespace = name + "-" + pods;
    add(namespace);
    ip("-n", name, "link", "add", card, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    ip("-n", name, "link", "set", card, "master", "br0", "up");
    String address = "10.77.0." + (10 + pods);
    addresses.put(workload + ".default.svc.cluster.local", List.of(address));
    return new TestPod(this, "/run/netns/" + namespace, workload, address);
  }

  /** What DNS says about a Service of namespace {@code default}. */
  void dnsSays(String service, String... said) {
    dnsSaysOf(service + ".default.svc.cluster.local", said);
  }

  /** What DNS says about a name. */
  void dnsSaysOf(String name, String... said) {
    addresses.put(name, List.of(said));
  }

  /** Answers A queries (RFC 1035 section 4); everything else has no records. */
  private void answer(DatagramSocket socket) {
    byte[] buffer = new byte[2048];
    while (!socket.isClosed()) {
      try {
        DatagramPacket query = new DatagramPacket(buffer, buffer.length);
        socket.receive(query);
        byte[] reply = reply(buffer, query.getLength());
        socket.send(new DatagramPacket(reply, reply.length, query.getSocketAddress()));
      } catch (IOException _) {
        // Who asked has gone, or the test is over.
      }
    }
  }

  private byte[] reply(byte[] query, int length) throws IOException {
    StringBuilder asked = new StringBuilder();
    int at = 12;
    while (at < length && query[at] != 0) {
      asked.append(asked.isEmpty() ? "" : ".");
      asked.append(new String(query, at + 1, query[at], StandardCharsets.US_ASCII));
      at += query[at] + 1;
    }
    int end = at + 5;
    boolean isA = query[end - 3] == 1;
    List<String> known = addresses.get(asked.toString());
    List<String> told = isA && known != null ? known : List.of();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code = known == null ? 3 : 0;
    out.writeBytes(new byte[] {query[0], query[1], (byte) 0x84, (byte) code, 0, 1, 0});
    out.write(told.size());
    out.writeBytes(new byte[4]);
    out.write(query, 12, end - 12);
    for (String one : told) {
      out.writeBytes(new byte[] {(byte) 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4});
      out.writeBytes(InetAddress.getByName(one).getAddress());
    }
    return out.toByteArray();
  }

  @Override
  public void close() throws IOException {
    dns.close();
    outside.close();
    for (String namespace : namespaces) {
      ip("netns", "del", namespace);
    }
  }
}
