package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.rpc.NodeAccess.AttestRequest;
import dev.cloister.rpc.NodePods.RunPodRequest;
import dev.cloister.rpc.NodePods.ShutdownRequest;
import dev.cloister.rpc.NodePods.StopPodRequest;
import dev.cloister.rpc.NodeService;
import dev.cloister.rpc.PeerRefusal;
import dev.cloister.rpc.RpcClient;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.Wire;
import java.io.File;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a process. */
class NodeDaemonIT {

  @TempDir(factory = ShortDirectory.class)
  Path temporary;

  private final List<Process> daemons = new ArrayList<>();

  private Process start() throws IOException {
    String classPath =
        System.getProperty("jdk.module.path", "")
            + File.pathSeparator
            + System.getProperty("java.class.path");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(NodeDaemon.JVM_OPTIONS);
    command.addAll(List.of("-cp", classPath, "dev.cloister.node.NodeDaemon"));
    command.addAll(List.of("--state", temporary.resolve("s").toString()));
    command.addAll(List.of("--run", temporary.resolve("r").toString()));
    command.addAll(List.of("--cache", temporary.resolve("c").toString()));
    Process daemon =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(temporary.resolve("out").toFile())
            .start();
    daemons.add(daemon);
    return daemon;
  }

  private NodeService connect() throws Exception {
    Path socket = temporary.resolve("r/node.sock");
    for (int i = 0; i < 600; i++) {
      try {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        RpcClient rpc =
            new RpcClient(
                Wire.of(channel), RpcLimits.STANDARD, Thread.ofVirtual().factory(), new Random(1));
        return new NodeService.Client(rpc, Duration.ofSeconds(30));
      } catch (IOException _) {
        Thread.sleep(50);
      }
    }
    throw new IOException("no daemon: " + Files.readString(temporary.resolve("out")));
  }

  @AfterEach
  void end() throws Exception {
    for (Process daemon : daemons) {
      daemon.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void servesASocketThatOnlyItsOwnerOpens() throws Exception {
    Process daemon = start();
    assertThat(connect().getInfo().pid()).isEqualTo(daemon.pid());
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(temporary.resolve("r/node.sock"))))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(temporary.resolve("s/node"))))
        .isEqualTo("rwx------");
  }

  @Test
  void refusesASecondDaemonForOneRunDirectory() throws Exception {
    start();
    connect().getInfo();
    Process second = start();
    assertThat(second.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(second.exitValue()).isEqualTo(3);
    assertThat(connect().listPods().pods()).isEmpty();
  }

  @Test
  void comesBackAfterKill() throws Exception {
    start().destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    Process second = start();
    assertThat(connect().getInfo().pid()).isEqualTo(second.pid());
  }

  @Test
  void endsWhenItIsToldToAndRemovesItsSocket() throws Exception {
    Process daemon = start();
    connect().shutdown(new ShutdownRequest(true));
    assertThat(daemon.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(daemon.exitValue()).isZero();
    assertThat(temporary.resolve("r/node.sock")).doesNotExist();
  }

  @Test
  void refusesWhatDoesNotExistWithItsCode() throws Exception {
    start();
    NodeService node = connect();
    refuses("CL-NOD-020", () -> node.stopPod(new StopPodRequest("a/b")));
    refuses("CL-NOD-020", () -> node.attest(new AttestRequest("x", Bytes.zeros(32))));
  }

  @Test
  void refusesInitdataThatIsNoneBeforeAnythingIsMade() throws Exception {
    start();
    NodeService node = connect();
    RunPodRequest request =
        new RunPodRequest("a", "b", "c", Bytes.ofUtf8("{}"), List.of(), "snp", "", List.of(), "");
    refuses("CL-ENC-004", () -> node.runPod(request));
    assertThat(node.listPods().pods()).isEmpty();
    assertThat(temporary.resolve("s/node/pods")).isEmptyDirectory();
  }

  @Test
  void refusesAnOptionThatItDoesNotKnowWithTheExitCodeOfWrongUse() throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("jdk.module.path", "")
                + File.pathSeparator
                + System.getProperty("java.class.path"),
            "dev.cloister.node.NodeDaemon",
            "--colour",
            "red");
    Process process = new ProcessBuilder(command).start();
    String said =
        new String(
            process.getErrorStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(said).contains("CL-NOD-032 --colour");
  }

  private static void refuses(String code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            PeerRefusal.class, e -> assertThat(e.code().code()).isEqualTo(code));
  }
}
