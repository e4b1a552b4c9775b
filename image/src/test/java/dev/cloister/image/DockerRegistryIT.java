package dev.cloister.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's docker-registry on loopback, which wants a password. */
final class DockerRegistryIT {

  /** bcrypt of "pass". */
  private static final String HASH = "$2b$05$WU1I1vSsk32giIV8eNjwT.9jJrCXalM.Q/OZFYXEz0.pOysd7.hsy";

  @TempDir Path temp;
  private Process registry;
  private int port;
  private RegistryOptions options;

  @BeforeEach
  void start() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path passwords = Files.writeString(temp.resolve("htpasswd"), "user:" + HASH + "\n");
    Path config =
        Files.writeString(
            temp.resolve("config.yml"),
            """
            version: 0.1
            log: {level: error}
            storage: {filesystem: {rootdirectory: %s}}
            http: {addr: "127.0.0.1:%d"}
            auth: {htpasswd: {realm: test, path: %s}}
            """
                .formatted(temp.resolve("data"), port, passwords));
    registry =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("log").toFile())
            .start();
    awaitPort();
    Path credentials =
        Files.writeString(
            temp.resolve("auth.json"),
            "{\"auths\":{\"127.0.0.1:%d\":{\"auth\":\"%s\"}}}"
                .formatted(port, Bytes.ofUtf8("user:pass").toBase64()));
    options = RegistryOptions.defaults().withCredentialFiles(List.of(credentials));
  }

  private void awaitPort() throws Exception {
    for (int i = 0; i < 200; i++) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        Thread.sleep(50);
      }
    }
    throw new AssertionError(Files.readString(temp.resolve("log")));
  }

  @AfterEach
  void stop() throws Exception {
    registry.destroy();
    registry.waitFor();
  }

  @Test
  void pushesAnImageThatSkopeoReadsAndPullsItBack() throws Exception {
    for (OciLayoutWriter.Compression compression : OciLayoutWriter.Compression.values()) {
      String tag = compression.name().toLowerCase(java.util.Locale.ROOT);
      OciLayout layout = layout(tag, compression);
      Reference reference = Reference.parse("127.0.0.1:" + port + "/team/app:" + tag);
      ImageStore store = ImageStore.open(temp.resolve("store-" + tag));
      ImageDisk disk;
      try (RegistryClient client = new RegistryClient(options)) {
        Digest pushed = client.push(layout, tag, reference, ProgressListener.NONE);
        ResolvedImage image = store.resolve(reference, client);
        assertThat(image.manifestDigest()).isEqualTo(pushed);
        assertThat(image.config().entrypoint()).containsExactly("/bin/app");
        disk = store.disk(image, client, ProgressListener.NONE);
      }
      Programs.run(
          "skopeo",
          "copy",
          "--src-tls-verify=false",
          "--src-creds=user:pass",
          "docker://" + reference,
          "oci:" + temp.resolve("copy-" + tag) + ":test");
      OciLayout copy = OciLayout.open(temp.resolve("copy-" + tag));
      ImageStore other = ImageStore.open(temp.resolve("other-" + tag));
      ResolvedImage copied = other.resolve(Reference.parse("localhost/x:test"), copy);
      assertThat(other.disk(copied, copy, ProgressListener.NONE).verity()).isEqualTo(disk.verity());
    }
  }

  @Test
  void refusesToPullWithoutThePassword() {
    Reference reference = Reference.parse("127.0.0.1:" + port + "/team/app");
    try (RegistryClient client = new RegistryClient(RegistryOptions.defaults())) {
      assertThatThrownBy(() -> client.manifest(reference))
          .isInstanceOf(CloisterException.class)
          .hasMessageContaining("CL-IMG-004");
    }
  }

  @Test
  void saysThatARepositoryIsMissing() {
    Reference reference = Reference.parse("127.0.0.1:" + port + "/team/none");
    try (RegistryClient client = new RegistryClient(options)) {
      assertThatThrownBy(() -> client.manifest(reference))
          .isInstanceOf(CloisterException.class)
          .hasMessageContaining("CL-IMG-005");
    }
  }

  private OciLayout layout(String name, OciLayoutWriter.Compression compression)
      throws IOException {
    Path directory = temp.resolve("layout-" + name);
    ImageConfig config = ImageConfig.ofEntrypoint(List.of("/bin/app"));
    OciLayoutWriter.create(directory)
        .image(name, config, List.of(ErofsWriterTest.portableTree()), compression);
    return OciLayout.open(directory);
  }
}
