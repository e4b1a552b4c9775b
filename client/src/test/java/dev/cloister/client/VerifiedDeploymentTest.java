package dev.cloister.client;

import static dev.cloister.client.Shop.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.client.Shop.Chronicle;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.IdentityName;
import dev.cloister.manifest.ManifestError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the pin to a TLS connection with one workload, and with no other. */
class VerifiedDeploymentTest {

  private static final String WEB = "web.default.shop" + IdentityName.SUFFIX;
  private static final String KV = "kv.default.shop" + IdentityName.SUFFIX;

  @TempDir private Path directory;

  private VerifyOptions options() {
    return VerifyOptions.rememberingIn(KnownHeadsFile.at(directory.resolve("known-heads.json")))
        .allowingSimulated();
  }

  private static Chronicle chronicle() {
    return Chronicle.begin(
        Shop.ROOT, Shop.manifest(Shop.coordinator(), Shop.workload("web"), Shop.workload("kv")));
  }

  private static VerifiedDeployment verify(FakeCoordinator coordinator, VerifyOptions options) {
    return VerifiedDeployment.verify(
        Shop.SHOP.pin(), coordinator.address(), options, Shop.CLOCK, Shop.RANDOM);
  }

  @Test
  void remembersBeforeItReturnsAndRaisesTheAlarmFromThenOn() throws Exception {
    Chronicle first = chronicle();
    Chronicle second =
        Chronicle.of(first.entries()).then(Shop.manifest(Shop.coordinator()), "second");
    try (FakeCoordinator coordinator = new FakeCoordinator(second)) {
      VerifiedDeployment verified = verify(coordinator, options());
      assertThat(verified.floor()).isEqualTo(Floor.of(second.history()));
      assertThat(verified.findings().notProven())
          .anyMatch(sentence -> sentence.contains("nothing was known of this deployment"));
      assertThat(verify(coordinator, options()).findings().proven())
          .anyMatch(sentence -> sentence.contains("the newest transition that was known"));
    }
    try (FakeCoordinator turnedBack = new FakeCoordinator(first)) {
      assertRefused(ManifestError.OLDER_HEAD, "head", () -> verify(turnedBack, options()));
    }
  }

  @Test
  void knowsAFloorWithoutAMemory() throws Exception {
    Chronicle first = chronicle();
    Chronicle second =
        Chronicle.of(first.entries()).then(Shop.manifest(Shop.coordinator()), "second");
    VerifyOptions options =
        VerifyOptions.withoutMemory().allowingSimulated().withFloor(Floor.of(second.history()));
    try (FakeCoordinator coordinator = new FakeCoordinator(first)) {
      assertRefused(ManifestError.OLDER_HEAD, "head", () -> verify(coordinator, options));
    }
  }

  @Test
  void saysWhereNothingAnswers() throws Exception {
    CoordinatorAddress closed;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = new CoordinatorAddress("127.0.0.1", free.getLocalPort());
    }
    assertRefused(
        ClientError.UNREACHABLE,
        closed.toString(),
        () ->
            VerifiedDeployment.verify(Shop.SHOP.pin(), closed, options(), Shop.CLOCK, Shop.RANDOM));
  }

  @Test
  void connectsToTheWantedWorkload() throws Exception {
    assertThat(greeting("web.default", Shop.MESH.server("web.example", WEB))).isEqualTo("hello");
  }

  @Test
  void refusesAnotherWorkloadOfTheSameMesh() {
    assertNotConnected("web.default", Shop.MESH, KV);
  }

  @Test
  void refusesACertificateWithoutAnIdentity() {
    assertNotConnected("web.default", Shop.MESH, "web.example");
  }

  @Test
  void refusesACertificateWithTwoIdentities() {
    assertNotConnected("web.default", Shop.MESH, WEB, KV);
  }

  @Test
  void refusesTheRightNameFromAnAuthorityThatWasNotVerified() {
    assertNotConnected("web.default", TestAuthority.root("root").mesh("mesh 1"), WEB);
    assertNotConnected("web.default", Shop.ROOT.mesh("mesh 0"), WEB);
  }

  @Test
  void knowsOnlyWorkloadsOfTheManifest() throws Exception {
    try (FakeCoordinator coordinator = new FakeCoordinator(chronicle())) {
      VerifiedDeployment verified = verify(coordinator, options());
      assertRefused(
          ClientError.IDENTITY_UNKNOWN, "db.default", () -> verified.sslContext("db.default"));
      assertRefused(ManifestError.BAD_NAME, "identity", () -> verified.sslContext("web"));
      assertRefused(
          ManifestError.BAD_NAME,
          "identity.namespace",
          () -> verified.sslContext("web.default.shop"));
    }
  }

  private void assertNotConnected(String workload, TestAuthority issuer, String... names) {
    Assertions.assertThatThrownBy(() -> greeting(workload, issuer.server(names)))
        .isInstanceOf(SSLException.class);
  }

  /** Verifies, connects as a user of the SDK does, and reads what the workload says. */
  private String greeting(String workload, SSLContext server) throws Exception {
    try (FakeCoordinator coordinator = new FakeCoordinator(chronicle());
        SSLServerSocket listening =
            (SSLServerSocket)
                server
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> greet(listening));
      SSLContext tls = verify(coordinator, options()).sslContext(workload);
      try (SSLSocket socket =
          (SSLSocket)
              tls.getSocketFactory()
                  .createSocket(listening.getInetAddress(), listening.getLocalPort())) {
        return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
      }
    }
  }

  private static void greet(SSLServerSocket listening) {
    try (SSLSocket socket = (SSLSocket) listening.accept()) {
      socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException _) {
      // The client refused this workload.
    }
  }
}
