package dev.cloister.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.attestation.AttestationError;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.Expectation;
import dev.cloister.attestation.KernelHashes;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.SimulatedLaunchDigest;
import dev.cloister.attestation.SnpEvidence;
import dev.cloister.attestation.Trusted;
import dev.cloister.attestation.Verdict;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.ReportPortService;
import dev.cloister.rpc.RpcClient;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.SimulatorMessages.GetReportRequest;
import dev.cloister.rpc.SimulatorMessages.GetReportResponse;
import dev.cloister.rpc.SimulatorMessages.LaunchRequest;
import dev.cloister.rpc.SimulatorMessages.LaunchResponse;
import dev.cloister.rpc.Wire;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Launches of real QEMU processes, and hosts that try to boot other bytes than were measured. */
@Timeout(120)
class LaunchIT {

  private static final String QEMU = "/usr/bin/qemu-system-x86_64";
  private static final String COMMAND_LINE = "console=hvc0 quiet";
  private static final Bytes HOST_DATA = Bytes.ofUtf8("initdata").sha256();
  private static final Bytes QUESTION = Bytes.ofUtf8("question").sha512();
  private static final int FIRMWARE_SIZE = 128 * 1024;

  @TempDir Path directory;
  private final List<Long> started = new ArrayList<>();
  private Path firmware;
  private Path kernel;
  private Path initrd;
  private Simulator simulator;

  @BeforeEach
  void prepare() throws IOException {
    firmware = Files.write(directory.resolve("firmware.bin"), haltingFirmware(1).toArray());
    kernel = Files.write(directory.resolve("vmlinuz"), kernelHead(1).toArray());
    initrd = Files.write(directory.resolve("initrd.cpio"), new byte[5000]);
    simulator = simulator();
  }

  @AfterEach
  void endAll() {
    simulator.close();
    for (long pid : started) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private Simulator simulator() {
    return new Simulator(
        SharedVendor.BOTH, directory.resolve("vms"), new SecureRandom(), System.err::println);
  }

  /** A firmware whose reset vector stops the processor, with a mark in its first byte. */
  private static Bytes haltingFirmware(int mark) {
    byte[] image = new byte[FIRMWARE_SIZE];
    image[0] = (byte) mark;
    image[FIRMWARE_SIZE - 16] = (byte) 0xfa; // cli
    image[FIRMWARE_SIZE - 15] = (byte) 0xf4; // hlt
    return Bytes.of(image);
  }

  /** As much of a kernel as QEMU looks at (Linux, Documentation/arch/x86/boot.rst). */
  private static Bytes kernelHead(int mark) {
    ByteBuffer image = ByteBuffer.allocate(16 * 1024).order(ByteOrder.LITTLE_ENDIAN);
    image.put(0x1f1, (byte) 1).put(0x1fe, (byte) 0x55).put(0x1ff, (byte) 0xaa);
    image.putInt(0x202, 0x53726448).putShort(0x206, (short) 0x020f);
    image.put(0x211, (byte) 1).putInt(0x22c, 0x7fffffff);
    image.put(8192, (byte) mark);
    return Bytes.of(image.array());
  }

  private LaunchRequest request(String id, String commandLine, List<String> prefix) {
    return new LaunchRequest(
        id,
        firmware.toString(),
        kernel.toString(),
        initrd.toString(),
        commandLine,
        HOST_DATA,
        2,
        "snp",
        QEMU,
        List.of(
            "-nodefaults",
            "-display",
            "none",
            "-m",
            "64",
            "-device",
            "virtio-serial-pci,id=serial0",
            "-qmp",
            "unix:" + directory.resolve(id).resolve("qmp.sock") + ",server=on,wait=off"),
        prefix,
        directory.resolve(id).toString());
  }

  private LaunchResponse launch(LaunchRequest request) {
    LaunchResponse response = simulator.launch(request);
    started.add(response.pid());
    return response;
  }

  private Bytes digestOf(Bytes firmwareBytes, Bytes kernelBytes, String commandLine) {
    try {
      KernelHashes hashes =
          KernelHashes.of(
              kernelBytes.sha256(), Bytes.of(Files.readAllBytes(initrd)).sha256(), commandLine);
      return SimulatedLaunchDigest.ofDirectBoot(firmwareBytes, hashes, 2);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private GetReportResponse ask(String id) throws IOException {
    Path socket = directory.resolve(id).resolve("psp.sock");
    try (RpcClient client =
        new RpcClient(
            Wire.of(SocketChannel.open(UnixDomainSocketAddress.of(socket))),
            RpcLimits.STANDARD,
            Thread.ofVirtual().factory(),
            new Random(1))) {
      return new ReportPortService.Client(client, Duration.ofSeconds(20))
          .getReport(new GetReportRequest(QUESTION));
    }
  }

  private Verdict verdict(GetReportResponse response, Bytes digest) {
    return EvidenceVerifier.allowingSimulated()
        .verify(
            SnpEvidence.of(response.report(), response.certificates()),
            SimulatedChip.referenceValue("guest", SharedVendor.VENDOR.rootKeyDigest(), digest, 2),
            Expectation.of(QUESTION, HOST_DATA),
            SharedVendor.MADE);
  }

  @Test
  void measuresWhatItStartsAndAnswersForIt() throws IOException {
    LaunchResponse response = launch(request("a", COMMAND_LINE, List.of()));
    Bytes expected = digestOf(haltingFirmware(1), kernelHead(1), COMMAND_LINE);
    assertThat(response.launchDigest()).isEqualTo(expected);
    assertThat(ProcessHandle.of(response.pid())).isPresent();
    assertThat(verdict(ask("a"), expected)).isInstanceOf(Trusted.class);
  }

  /** The host overwrites the firmware between measuring and QEMU's reading of it. */
  @Test
  void firmwareSwappedOnDiskAfterMeasuringIsNotWhatQemuLoads() throws IOException {
    Path evil = Files.write(directory.resolve("evil"), haltingFirmware(0x66).toArray());
    String swap = "cp " + evil + " " + firmware + " && exec \"$0\" \"$@\"";
    LaunchResponse response = launch(request("a", COMMAND_LINE, List.of("/bin/sh", "-c", swap)));
    assertThat(Files.readAllBytes(firmware)[0]).isEqualTo((byte) 0x66);
    assertThat(loadedFirmware("a")).isEqualTo(haltingFirmware(1));
    assertThat(response.launchDigest())
        .isEqualTo(digestOf(haltingFirmware(1), kernelHead(1), COMMAND_LINE));
  }

  @Test
  void anotherKernelIsRefusedByItsMeasurement() throws IOException {
    Files.write(kernel, kernelHead(2).toArray());
    launch(request("a", COMMAND_LINE, List.of()));
    assertRefused(verdict(ask("a"), digestOf(haltingFirmware(1), kernelHead(1), COMMAND_LINE)));
  }

  @Test
  void anotherCommandLineIsRefusedByItsMeasurement() throws IOException {
    launch(request("a", COMMAND_LINE + " init=/bin/sh", List.of()));
    assertRefused(verdict(ask("a"), digestOf(haltingFirmware(1), kernelHead(1), COMMAND_LINE)));
  }

  private static void assertRefused(Verdict verdict) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected ->
                assertThat(rejected.code()).isEqualTo(AttestationError.LAUNCH_DIGEST_DIFFERS));
  }

  @Test
  void servesItsVmsAgainAfterItsOwnEnd() throws IOException {
    LaunchResponse response = launch(request("a", COMMAND_LINE, List.of()));
    simulator.close();
    assertThat(ProcessHandle.of(response.pid())).isPresent();
    simulator = simulator();
    assertThat(verdict(ask("a"), response.launchDigest())).isInstanceOf(Trusted.class);
    assertThatThrownBy(() -> launch(request("a", COMMAND_LINE, List.of())))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> assertThat(e.code()).isEqualTo(SimulatorError.ALREADY_RUNNING));
  }

  @Test
  void forgetsAVmThatEnded() throws Exception {
    LaunchResponse response = launch(request("a", COMMAND_LINE, List.of()));
    ProcessHandle qemu = ProcessHandle.of(response.pid()).orElseThrow();
    qemu.destroy();
    qemu.onExit().get(20, TimeUnit.SECONDS);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (Files.exists(directory.resolve("vms/a.json")) && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    assertThat(directory.resolve("vms/a.json")).doesNotExist();
    assertThat(directory.resolve("a/psp.sock")).doesNotExist();
  }

  @Test
  void saysWhyQemuDidNotStart() {
    LaunchRequest good = request("a", COMMAND_LINE, List.of());
    LaunchRequest bad =
        new LaunchRequest(
            good.id(),
            good.firmware(),
            good.kernel(),
            good.initrd(),
            good.commandLine(),
            good.hostData(),
            good.vcpus(),
            good.tee(),
            good.qemu(),
            List.of("-accel", "no-such-accelerator"),
            List.of(),
            good.directory());
    assertThatThrownBy(() -> launch(bad))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(SimulatorError.QEMU_FAILED);
              assertThat(e.detail()).contains("no-such-accelerator");
            });
  }

  /** Reads the firmware back from the guest's memory, through QEMU's own monitor. */
  private Bytes loadedFirmware(String id) throws IOException {
    Path dump = directory.resolve("dump");
    String command =
        "pmemsave 0x%x %d \\\"%s\\\"".formatted((1L << 32) - FIRMWARE_SIZE, FIRMWARE_SIZE, dump);
    String dialogue =
        "{\"execute\":\"qmp_capabilities\"}\n"
            + "{\"execute\":\"human-monitor-command\",\"arguments\":{\"command-line\":\""
            + command
            + "\"}}\n";
    Path socket = directory.resolve(id).resolve("qmp.sock");
    try (SocketChannel monitor = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      monitor.write(ByteBuffer.wrap(dialogue.getBytes(StandardCharsets.UTF_8)));
      // One answer for the capabilities, one for the command: then the dump is complete.
      ByteBuffer answers = ByteBuffer.allocate(64 * 1024);
      while (new String(answers.array(), 0, answers.position(), StandardCharsets.UTF_8)
              .split("\"return\"", -1)
              .length
          < 3) {
        assertThat(monitor.read(answers)).as("QEMU's monitor answers").isPositive();
      }
    }
    return Bytes.of(Files.readAllBytes(dump));
  }
}
