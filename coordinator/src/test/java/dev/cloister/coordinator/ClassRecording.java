package dev.cloister.coordinator;

import dev.cloister.client.AttestDocument;
import dev.cloister.client.CoordinatorAddress;
import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Writes {@code coordinator/image/classes.lst}: runs the Coordinator as a process of its own,
 * brings it to its first transition, asks {@code /attest}, and keeps the names of the classes that
 * it loaded. Called by {@code bench/coordinator-classes}.
 */
final class ClassRecording {

  private static final String HEAD =
      """
      # Classes that the Coordinator loads up to its first transition and answer;
      # recorded by bench/coordinator-classes.
      """;

  private ClassRecording() {}

  /** The Coordinator's class path and the list. */
  public static void main(String[] arguments) throws Exception {
    Path run = Files.createTempDirectory("coordinator");
    Path loaded = run.resolve("loaded");
    try (PodFiles _ = new PodFiles(run, new FileStore(run.resolve("kept")))) {
      Process process = start(arguments[0], run, loaded);
      try {
        await(CoordinatorProcess.CHANNEL_PORT);
        CoordinatorProcessTest.begin(
            new CoordinatorAddress("127.0.0.1", CoordinatorProcess.CHANNEL_PORT));
        HttpsPort.attest(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), CoordinatorProcess.HTTPS_PORT),
            Bytes.zeros(AttestDocument.NONCE_SIZE));
      } finally {
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
      }
    }
    Files.writeString(Path.of(arguments[1]), HEAD + list(loaded));
  }

  private static Process start(String classPath, Path run, Path loaded) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xshare:off",
            "-XX:DumpLoadedClassList=" + loaded,
            "-cp",
            classPath,
            "dev.cloister.coordinator.CoordinatorProcess",
            run.toString())
        .inheritIO()
        .start();
  }

  private static void await(int port) throws Exception {
    for (int i = 0; i < 200; i++) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException _) {
        Thread.sleep(200);
      }
    }
    throw new IOException("nothing serves at port " + port);
  }

  /** Names of classes, and lambda forms; no lambda proxies, which differ between runs. */
  private static String list(Path loaded) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    List<String> forms = new ArrayList<>();
    for (String line : Files.readAllLines(loaded)) {
      if (line.startsWith("@lambda-form-invoker")) {
        forms.add(line);
      } else if (!line.startsWith("@") && !line.startsWith("#") && !line.contains("source:")) {
        names.add(line.replaceAll(" id:.*", ""));
      }
    }
    return String.join("\n", names) + "\n" + String.join("\n", new TreeSet<>(forms)) + "\n";
  }
}
