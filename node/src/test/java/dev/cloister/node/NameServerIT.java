package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.rpc.NodePods.RunPodRequest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real dnsmasq on a loopback address, asked as a pod would ask. */
class NameServerIT {

  private static final String ADDRESS = "127.53.0.1";
  private static final int PORT = 5399;
  private static final int NO_SUCH_NAME = 3;
  private static final int REFUSED = 5;
  private static final String SERVICE = "db.data.svc.cluster.local";

  @TempDir private Path directory;

  private volatile List<PodNames> pods = List.of();

  /** What a test does with a name server that has been opened. */
  private interface Use {
    void with(NameServer server) throws Exception;
  }

  private void use(int port, Use use) throws Exception {
    try (EventLog log = new EventLog(directory.resolve("node.jsonl"), InstantSource.system())) {
      NameServer server =
          new NameServer(() -> pods, ADDRESS, port, directory, new NodeThreads(log), log);
      server.open();
      try {
        use.with(server);
      } finally {
        server.close();
      }
    }
  }

  private List<HostProcess> processes() {
    String argument = "--conf-file=" + directory.resolve("names.conf");
    return HostProcess.withArgument(argument::equals);
  }

  private static PodNames pod(String name, boolean ready, String ip) {
    RunPodRequest request =
        new RunPodRequest(
            name, "data", "1", Bytes.EMPTY, List.of(), "snp", "", List.of("db.data"), "pods");
    return PodNames.of(PodOrder.of("ab", request, 1), List.of(ip), ready);
  }

  /** What DNS said: a code, and addresses. */
  private record Answer(int code, Set<String> addresses) {}

  private static Answer ask(String name) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(500);
      byte[] question = question(name);
      socket.send(
          new DatagramPacket(question, question.length, new InetSocketAddress(ADDRESS, PORT)));
      DatagramPacket reply = new DatagramPacket(new byte[512], 512);
      socket.receive(reply);
      return answer(ByteBuffer.wrap(reply.getData(), 0, reply.getLength()), question.length);
    } catch (SocketTimeoutException _) {
      return new Answer(-1, Set.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** RFC 1035 section 4.1: a header of 12 bytes, the name as labels, type A, class IN. */
  private static byte[] question(String name) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (int field : new int[] {7, 0x100, 1, 0, 0, 0}) {
      out.writeShort(field);
    }
    for (String label : name.split("\\.", -1)) {
      out.writeByte(label.length());
      out.write(label.getBytes(StandardCharsets.US_ASCII));
    }
    out.writeByte(0);
    out.writeShort(1);
    out.writeShort(1);
    return bytes.toByteArray();
  }

  /** Each answer here: a pointer to the name, type, class, time to live, length 4, address. */
  private static Answer answer(ByteBuffer reply, int answersAt) throws IOException {
    Set<String> addresses = new TreeSet<>();
    for (int i = 0; i < reply.getShort(6); i++) {
      byte[] address = new byte[4];
      reply.get(answersAt + 16 * i + 12, address);
      addresses.add(InetAddress.getByAddress(address).getHostAddress());
    }
    return new Answer(reply.get(3) & 15, addresses);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      Thread.sleep(50);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private static void awaitAddresses(String... ips) throws InterruptedException {
    await(() -> ask(SERVICE).addresses().equals(Set.of(ips)));
  }

  @Test
  void aServiceHasTheAddressesOfAllReadyPods() throws Exception {
    PodNames first = pod("store-0", true, "10.0.0.5");
    PodNames second = pod("store-1", true, "10.0.0.6");
    pods = List.of(first, second, pod("store-2", false, "10.0.0.7"));
    use(
        PORT,
        _ -> {
          awaitAddresses("10.0.0.5", "10.0.0.6");
          assertThat(ask("db.data.svc").addresses()).containsExactly("10.0.0.5", "10.0.0.6");
          assertThat(ask("store-2.pods.data.svc.cluster.local").addresses())
              .containsExactly("10.0.0.7");
          pods = List.of(first, second, pod("store-2", true, "10.0.0.7"));
          awaitAddresses("10.0.0.5", "10.0.0.6", "10.0.0.7");
        });
  }

  @Test
  void knowsNothingElseAndAsksNobody() throws Exception {
    pods = List.of(pod("store-0", true, "10.0.0.5"));
    use(
        PORT,
        _ -> {
          awaitAddresses("10.0.0.5");
          assertThat(ask("other.data.svc.cluster.local").code()).isEqualTo(NO_SUCH_NAME);
          assertThat(ask("example.com").code()).isEqualTo(REFUSED);
        });
  }

  @Test
  void runsWithoutRightsWhileAPodIsConnectedAndComesBackWhenKilled() throws Exception {
    use(
        PORT,
        _ -> {
          assertThat(processes()).isEmpty();
          pods = List.of(pod("store-0", true, "10.0.0.5"));
          awaitAddresses("10.0.0.5");
          HostProcess first = processes().getFirst();
          Path status = Path.of("/proc", Long.toString(first.pid()), "status");
          assertThat(Files.readString(status)).doesNotContain("Uid:\t0");
          ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly();
          await(() -> processes().stream().anyMatch(other -> other.pid() != first.pid()));
          awaitAddresses("10.0.0.5");
          pods = List.of();
          await(() -> processes().isEmpty());
          pods = List.of(pod("store-0", true, "10.0.0.5"));
          awaitAddresses("10.0.0.5");
        });
    assertThat(processes()).isEmpty();
  }

  @Test
  void endsWhatAFormerDaemonLeft() throws Exception {
    pods = List.of(pod("store-0", true, "10.0.0.5"));
    use(
        PORT,
        _ -> {
          awaitAddresses("10.0.0.5");
          HostProcess left = processes().getFirst();
          use(PORT, _ -> assertThat(left.isAlive()).isFalse());
        });
  }

  @Test
  void saysWhyItCannotServe() throws Exception {
    pods = List.of(pod("store-0", true, "10.0.0.5"));
    try (DatagramSocket other = new DatagramSocket(new InetSocketAddress(ADDRESS, 5398))) {
      assertThat(other.isBound()).isTrue();
      use(
          5398,
          server -> {
            await(() -> server.trouble().contains("CL-NOD-039"));
            assertThat(server.trouble()).contains("in use");
          });
    }
  }

  @Test
  void writesOneLineForEachNameAndAddressInOneOrder() {
    assertThat(
            NameServer.lines(
                List.of(pod("store-1", true, "10.0.0.6"), pod("store-0", false, "10.0.0.5"))))
        .containsExactly(
            "host-record=db.data.svc.cluster.local,db.data.svc,10.0.0.6",
            "host-record=store-0.pods.data.svc.cluster.local,store-0.pods.data.svc,10.0.0.5",
            "host-record=store-1.pods.data.svc.cluster.local,store-1.pods.data.svc,10.0.0.6");
  }
}
