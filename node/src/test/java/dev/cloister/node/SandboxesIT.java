package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Life and death of VMs that boot nothing. */
class SandboxesIT {

  @TempDir(factory = ShortDirectory.class)
  Path temporary;

  private EventLog log;
  private Sandboxes sandboxes;
  private List<String> before;

  @BeforeEach
  void prepare() throws Exception {
    before = Machine.inventory();
    log = new EventLog(temporary.resolve("log"), InstantSource.system());
    sandboxes = daemon("qemu-system-x86_64");
  }

  /** What a daemon that starts now would see. */
  private Sandboxes daemon(String qemu) {
    NodeDirectories directories =
        new NodeDirectories(temporary.resolve("s"), temporary.resolve("r"), temporary.resolve("c"));
    directories.create();
    return new Sandboxes(
        directories,
        new NetworkSettings("closbtest0", "10.88.241.0/24", NetworkSettings.DEFAULT.plugins()),
        qemu,
        () -> Acceleration.TCG,
        new DirectLauncher(),
        new NodeThreads(log),
        log,
        new Random(1));
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (Sandbox sandbox : sandboxes.list()) {
      sandboxes.stop(sandbox.id());
    }
    assertThat(Machine.inventory()).isEqualTo(before);
    assertThat(temporary.resolve("r/pods")).isEmptyDirectory();
  }

  @Test
  void startsAMachineInTheNamespaceOfItsPod() throws Exception {
    Sandbox sandbox = sandboxes.start(Specs.simple("a"));
    assertThat(Machine.say("ip", "netns", "identify", Long.toString(sandbox.qemuPid())))
        .startsWith("cloister-")
        .endsWith("-a\n");
    assertThat(sandbox.isRunning()).isTrue();
    assertThat(sandbox.network()).isPresent();
  }

  @Test
  void stopsItAndLeavesNothing() throws Exception {
    Sandbox sandbox = sandboxes.start(Specs.simple("a"));
    sandboxes.stop("a");
    assertThat(HostProcess.of(sandbox.qemuPid()).filter(HostProcess::isAlive)).isEmpty();
    assertThat(sandboxes.list()).isEmpty();
    sandboxes.stop("a");
  }

  @Test
  void plugsDisksIntoARunningMachineUntilTheSlotsAreFull() throws Exception {
    Path file = Files.write(temporary.resolve("disk"), new byte[8192]);
    Sandbox sandbox = sandboxes.start(Specs.simple("a"));
    sandbox.plug(new ImageDisk("a".repeat(64), file));
    sandbox.plug(new ImageDisk("a".repeat(64), file));
    sandbox.plug(new ImageDisk("b".repeat(64), file));
    assertThatThrownBy(() -> sandbox.plug(new ImageDisk("c".repeat(64), file)))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(NodeError.NO_FREE_SLOT));
  }

  @Test
  void adoptsAMachineThatRanOnWithoutTheDaemon() throws Exception {
    Sandbox first = sandboxes.start(Specs.simple("a"));
    sandboxes.release();

    sandboxes = daemon("qemu-system-x86_64");
    assertThat(sandboxes.adopt()).extracting(Sandbox::id).containsExactly("a");
    Sandbox adopted = sandboxes.find("a").orElseThrow();
    assertThat(adopted.qemuPid()).isEqualTo(first.qemuPid());
    assertThat(adopted.network()).isEqualTo(first.network());
    assertThat(adopted.isRunning()).isTrue();
    adopted.plug(
        new ImageDisk("a".repeat(64), Files.write(temporary.resolve("d"), new byte[4096])));
  }

  @Test
  void removesWhatNoRecordOwns() throws Exception {
    Sandbox sandbox = sandboxes.start(Specs.simple("a"));
    sandboxes.release();
    Files.delete(temporary.resolve("s/node/pods/a/sandbox.json"));

    sandboxes = daemon("qemu-system-x86_64");
    assertThat(sandboxes.adopt()).isEmpty();
    assertThat(HostProcess.of(sandbox.qemuPid()).filter(HostProcess::isAlive)).isEmpty();
    assertThat(Machine.inventory()).isEqualTo(before);
  }

  @Test
  void removesWhatADaemonLeftThatDiedWhilePreparing() throws Exception {
    NodeDirectories directories =
        new NodeDirectories(temporary.resolve("s"), temporary.resolve("r"), temporary.resolve("c"));
    new SandboxStore(directories).write(SandboxRecord.preparing(Specs.simple("half")));
    PodNetwork network =
        new PodNetwork(
            new NetworkSettings("closbtest0", "10.88.241.0/24", NetworkSettings.DEFAULT.plugins()),
            directories,
            new NodeThreads(log));
    network.connect("half");
    NodeDirectories.makePrivate(directories.podRun("half"));

    assertThat(sandboxes.adopt()).isEmpty();
    assertThat(Machine.inventory()).isEqualTo(before);
    assertThat(new SandboxStore(directories).read("half")).isEmpty();
  }

  @Test
  void saysWhyAMachineEnded() throws Exception {
    Sandbox sandbox = sandboxes.start(Specs.simple("a"));
    HostProcess.of(sandbox.qemuPid()).orElseThrow().kill(Duration.ofSeconds(3));
    CloisterException reason = sandbox.ended().get(10, TimeUnit.SECONDS);
    assertThat(reason.code()).isEqualTo(NodeError.MACHINE_ENDED);
    assertThatThrownBy(() -> sandbox.awaitAgent(Duration.ofSeconds(10)))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(NodeError.MACHINE_ENDED));
  }

  @Test
  void givesUpOnAnAgentThatDoesNotAnswer() {
    Sandbox sandbox = sandboxes.start(Specs.simple("a"));
    assertThatThrownBy(() -> sandbox.awaitAgent(Duration.ofMillis(300)))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(NodeError.AGENT_SILENT));
  }

  @Test
  void leavesNothingWhenQemuRefusesItsArguments() throws Exception {
    sandboxes = daemon("/bin/false");
    assertThatThrownBy(() -> sandboxes.start(Specs.simple("a")))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(NodeError.QEMU_FAILED));
    assertThat(Machine.inventory()).isEqualTo(before);
    sandboxes = daemon("qemu-system-x86_64");
    sandboxes.start(Specs.simple("a"));
  }

  @Test
  void refusesASecondSandboxOfOneName() {
    sandboxes.start(Specs.simple("a"));
    assertThatThrownBy(() -> sandboxes.start(Specs.simple("a")))
        .isInstanceOfSatisfying(
            CloisterException.class, e -> assertThat(e.code()).isEqualTo(NodeError.POD_EXISTS));
    assertThat(sandboxes.find("a").orElseThrow().isRunning()).isTrue();
  }
}
