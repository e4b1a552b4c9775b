package dev.cloister.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.client.Shop.Chronicle;
import dev.cloister.manifest.IdentityName;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the SDK, as users run it: compiled from its source, in a process of its own. */
class ExampleTest {

  private static final Path EXAMPLE = Path.of("../examples/sdk/CallWorkload.java");
  private static final List<String> MODULES =
      List.of("encoding", "rpc", "attestation", "policy", "manifest", "channel", "client");

  @TempDir private Path directory;

  /** How the example ended, and what it printed. */
  private record Run(int status, String out, String err) {}

  private Run run(String identity, String wanted, boolean allowSimulated) throws Exception {
    Chronicle chronicle =
        Chronicle.begin(Shop.ROOT, Shop.manifest(Shop.coordinator(), Shop.workload("web")));
    try (FakeCoordinator coordinator =
            new FakeCoordinator(chronicle)
                .attesting(Shop.attester(Shop.COORDINATOR, TestVendor.certificatesOfToday()));
        SSLServerSocket workload =
            (SSLServerSocket)
                Shop.MESH
                    .server(identity + IdentityName.SUFFIX)
                    .getServerSocketFactory()
                    .createServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> serve(workload));
      return run(
          Shop.SHOP.pin() + "@" + coordinator.address(),
          wanted,
          "https://127.0.0.1:" + workload.getLocalPort() + "/",
          allowSimulated ? "--allow-simulated" : "");
    }
  }

  private Run run(String... arguments) throws Exception {
    String classes =
        MODULES.stream()
            .map(module -> Path.of("..", module, "target", "classes").toString())
            .collect(Collectors.joining(":"));
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--class-path",
                    classes,
                    EXAMPLE.toString()),
                Stream.of(arguments))
            .toList();
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("XDG_STATE_HOME", directory.toString());
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static void serve(SSLServerSocket workload) {
    while (!workload.isClosed()) {
      try (SSLSocket socket = (SSLSocket) workload.accept()) {
        socket.getInputStream().read();
        socket
            .getOutputStream()
            .write(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
                    .getBytes(StandardCharsets.US_ASCII));
      } catch (IOException _) {
        // Refused by the client, or the test is over.
      }
    }
  }

  @Test
  void callsTheWorkload() throws Exception {
    Run run = run("web.default.shop", "web.default", true);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("hello\n");
    assertThat(run.err()).contains("not proven: anything against whoever runs the machine");
    assertThat(directory.resolve("cloister/known-heads.json")).exists();
  }

  @Test
  void doesNotCallAnotherWorkload() throws Exception {
    Run run = run("kv.default.shop", "web.default", true);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(ClientError.IDENTITY_DIFFERS.code());
  }

  @Test
  void doesNotTrustASimulatedDeploymentUnasked() throws Exception {
    Run run = run("web.default.shop", "web.default", false);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains(ClientError.SIMULATED_NOT_ALLOWED.code());
  }
}
