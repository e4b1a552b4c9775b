package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import dev.cloister.guest.OciImage;
import dev.cloister.image.OciLayout;
import dev.cloister.image.ProgressListener;
import dev.cloister.image.Reference;
import dev.cloister.image.RegistryClient;
import dev.cloister.image.RegistryOptions;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry on a free port of loopback, with its storage in a directory. */
final class LocalRegistry implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(20);

  private final Process process;
  private final int port;

  private LocalRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one and waits until it accepts connections. */
  static LocalRegistry start(Path directory) {
    try {
      int port = freePort();
      Path configuration = directory.resolve("registry.yml");
      Files.createDirectories(directory);
      Files.writeString(
          configuration,
          """
          version: 0.1
          log: {level: error, accesslog: {disabled: true}}
          storage: {filesystem: {rootdirectory: "%s"}}
          http: {addr: "127.0.0.1:%d"}
          """
              .formatted(directory.resolve("data"), port));
      Process process =
          new ProcessBuilder("docker-registry", "serve", configuration.toString())
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(directory.resolve("registry.log").toFile())
              .start();
      LocalRegistry registry = new LocalRegistry(process, port);
      registry.awaitReady(directory.resolve("registry.log"));
      return registry;
    } catch (IOException e) {
      throw failed(String.valueOf(e.getMessage()));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady(Path log) throws IOException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw failed(Files.readString(log).strip());
      }
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        return;
      } catch (IOException e) {
        Pause.of(Duration.ofMillis(50));
      }
    }
    close();
    throw failed("it does not listen after " + START_LIMIT.toSeconds() + " s");
  }

  /** Host and port. */
  String address() {
    return "127.0.0.1:" + port;
  }

  /** Puts an image there under {@code REPOSITORY:TAG}. */
  void push(OciImage image, String repository, String tag) {
    try (RegistryClient client = new RegistryClient(RegistryOptions.defaults())) {
      client.push(
          OciLayout.open(image.layout()),
          image.name(),
          Reference.parse(address() + "/" + repository + ":" + tag),
          ProgressListener.NONE);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }

  private static CloisterException failed(String detail) {
    return new CloisterException(E2eError.REGISTRY_FAILED, "docker-registry", detail);
  }
}
