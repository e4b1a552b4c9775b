package dev.cloister.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.rpc.RpcClient;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.SimulatorService;
import dev.cloister.rpc.Wire;
import java.io.File;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The simulator as the process that it is in use. */
@Timeout(180)
class SimulatorProcessIT {

  @TempDir Path directory;

  private Process start() throws IOException {
    String path =
        System.getProperty("java.class.path", "")
            + File.pathSeparator
            + System.getProperty("jdk.module.path", "");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            path,
            SimulatorProcess.class.getName());
    builder.environment().put("CLOISTER_STATE", directory.resolve("state").toString());
    builder.environment().put("CLOISTER_RUN", directory.resolve("run").toString());
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
  }

  private Path log() {
    return directory.resolve("log");
  }

  private void awaitReady(int times) throws IOException, InterruptedException {
    while (Files.readString(log()).split("processor ready", -1).length <= times) {
      Thread.sleep(50);
    }
  }

  private Bytes rootKeyDigest() throws IOException {
    Path socket = directory.resolve("run/simulator.sock");
    try (RpcClient client =
        new RpcClient(
            Wire.of(SocketChannel.open(UnixDomainSocketAddress.of(socket))),
            RpcLimits.STANDARD,
            Thread.ofVirtual().factory(),
            new Random(1))) {
      return new SimulatorService.Client(client, Duration.ofSeconds(20))
          .getVendor()
          .rootKeyDigest();
    }
  }

  @Test
  void servesOneVendorAcrossRestartsAndOneProcessAtATime() throws Exception {
    Process first = start();
    Process again = null;
    try {
      awaitReady(1);
      Bytes digest = rootKeyDigest();
      Process second = start();
      assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(3);
      assertThat(Files.readString(log())).contains("CL-SIM-010");

      first.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
      again = start();
      awaitReady(2);
      assertThat(rootKeyDigest()).isEqualTo(digest);
    } finally {
      first.destroyForcibly();
      if (again != null) {
        again.destroyForcibly();
      }
    }
  }
}
