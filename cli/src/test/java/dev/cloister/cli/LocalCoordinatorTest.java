package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.client.CoordinatorAddress;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.rpc.AgentInfo;
import dev.cloister.rpc.NodePods.ListPodsResponse;
import dev.cloister.rpc.NodePods.Pod;
import dev.cloister.rpc.NodeService;
import dev.cloister.rpc.ProtoMessage;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.RpcRequest;
import dev.cloister.rpc.RpcServer;
import dev.cloister.rpc.RpcService;
import dev.cloister.rpc.Wire;
import dev.cloister.simulator.SimulatedChip;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where the Coordinator of this machine's node is, as the node's socket says. */
class LocalCoordinatorTest {

  private static final Bytes COORDINATOR = Bytes.ofUtf8("coordinator").sha256();
  private static final Bytes WEB = Bytes.ofUtf8("web").sha256();

  private static Manifest manifest() {
    List<String> any = List.of("simulated");
    return Manifest.create(
        new DeploymentPin(Bytes.ofUtf8("pin").sha256()),
        List.of(
            Workload.plain(COORDINATOR, "coordinator", "x", WorkloadRole.COORDINATOR, any),
            Workload.plain(WEB, "web", "x", WorkloadRole.WORKLOAD, any)),
        Map.of(
            "simulated",
            SimulatedChip.referenceValue("guest", WEB, Bytes.ofUtf8("launch").sha384(), 1)),
        CertificateRules.STANDARD);
  }

  private static Pod pod(Bytes initdata, long started, String... ips) {
    return new Pod(
        "id" + started,
        "pod",
        "x",
        "Running",
        "",
        List.of(ips),
        List.of(),
        initdata,
        started,
        1,
        AgentInfo.Join.UNKNOWN);
  }

  /** What a command finds while a node says that it has these pods. */
  private static List<CoordinatorAddress> find(Pod... pods) throws IOException {
    Path run = Files.createTempDirectory("cl");
    Locations locations = new Locations(run, run, run, run, Map.of());
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(locations.nodeSocket());
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(address);
      Thread.ofVirtual().start(() -> serve(listener, List.of(pods)));
      return LocalCoordinator.find(locations, List.of(manifest())).stream().toList();
    } finally {
      Files.delete(locations.nodeSocket());
      Files.delete(run);
    }
  }

  private static void serve(ServerSocketChannel listener, List<Pod> pods) {
    RpcService node =
        new RpcService() {
          @Override
          public String name() {
            return NodeService.NAME;
          }

          @Override
          public ProtoMessage call(RpcRequest request) {
            return new ListPodsResponse(pods);
          }
        };
    try (SocketChannel channel = listener.accept()) {
      new RpcServer(List.of(node), RpcLimits.STANDARD, Thread.ofVirtual().factory())
          .serve(Wire.of(channel));
    } catch (IOException _) {
      // The command has its answer.
    }
  }

  @Test
  void isTheNewestPodThatAManifestListsAsOne() throws IOException {
    assertThat(
            find(
                pod(COORDINATOR, 1, "10.88.0.2"),
                pod(COORDINATOR, 2, "10.88.0.3"),
                pod(WEB, 3, "10.88.0.4")))
        .containsExactly(new CoordinatorAddress("10.88.0.3", 7443));
  }

  @Test
  void isNoneWithoutAnAddressOrWhereOnlyOthersRun() throws IOException {
    assertThat(find(pod(COORDINATOR, 1), pod(WEB, 2, "10.88.0.4"))).isEmpty();
    assertThat(find()).isEmpty();
  }

  @Test
  void isNoneWithoutANode() throws IOException {
    Path run = Files.createTempDirectory("cl");
    Locations locations = new Locations(run, run, run, run, Map.of());
    assertThat(LocalCoordinator.find(locations, List.of(manifest()))).isEmpty();
    Files.delete(run);
  }
}
