package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users get wrong: one sentence with file, line and remedy, a documented exit code, no trace.
 */
class BadInputTest {

  @TempDir Path directory = Path.of("");

  @BeforeEach
  void makeDeployment() {
    assertThat(Session.of("init", "--simulated", "-d", directory.toString()).status()).isZero();
  }

  @AfterEach
  void nothingIsLeftHalfWritten() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .doesNotContain("generated", "manifest.json", "initdata")
          .noneMatch(name -> name.endsWith(".new"));
    }
  }

  private Session generate(String yaml) throws IOException {
    Path file = Files.writeString(directory.resolve("app.yaml"), yaml);
    return generateFile(file.toString());
  }

  private Session generateFile(String file) {
    return Session.of(
        "generate",
        file,
        "--deployment",
        directory.resolve("deployment.json").toString(),
        "--to",
        directory.resolve("generated").toString());
  }

  private static void assertSentence(Session session, int status, String... parts) {
    assertThat(session.status()).as(session.err()).isEqualTo(status);
    assertThat(session.out()).isEmpty();
    String sentence =
        session.err().lines().filter(line -> line.startsWith("error ")).findFirst().orElse("");
    assertThat(sentence).matches("error CL-[A-Z]{3}-[0-9]{3} at .*: .*\\. .*\\.");
    assertThat(sentence).contains(parts);
  }

  private static String pod(String container) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
    spec:
      containers:
        - name: web
    %s
    """
        .formatted(container.indent(4).stripTrailing());
  }

  @Test
  void aFileThatIsNotThere() {
    assertSentence(generateFile("/no/such.yaml"), 3, "/no/such.yaml", "no such file");
  }

  @Test
  void textThatIsNotYaml() throws IOException {
    assertSentence(generate("a: [1, 2"), 1, "app.yaml:1:", "CL-KUB-");
  }

  @Test
  void yamlThatIsNotKubernetes() throws IOException {
    assertSentence(generate("hello: world\n"), 1, "app.yaml:1:", "CL-KUB-");
  }

  @Test
  void anUnknownFieldWithItsLineAndPath() throws IOException {
    assertSentence(
        generate(pod("  image: 127.0.0.1:1/x:1\n  imagee: y")), 1, "app.yaml:9:", "imagee");
  }

  @Test
  void anUnknownFieldBesideAKnownOne() throws IOException {
    String yaml = pod("  image: 127.0.0.1:1/x:1").replace("spec:", "spec:\n  hostPID: true");
    assertSentence(generate(yaml), 1, "app.yaml:6:", "hostPID");
  }

  @Test
  void aRegistryThatIsNotThere() throws IOException {
    assertSentence(generate(pod("  image: 127.0.0.1:1/x:1")), 3, "127.0.0.1:1");
  }

  @Test
  void anImageThatTheRegistryDoesNotHave() throws IOException {
    HttpServer registry = registry(404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}");
    try {
      String image = "127.0.0.1:" + registry.getAddress().getPort() + "/x:1";
      assertSentence(generate(pod("  image: " + image)), 3, image);
    } finally {
      registry.stop(0);
    }
  }

  @Test
  void aRegistryThatAnswersWithSomethingElse() throws IOException {
    HttpServer registry = registry(200, "<html>hello</html>");
    try {
      String image = "127.0.0.1:" + registry.getAddress().getPort() + "/x:1";
      Session session = generate(pod("  image: " + image));
      assertThat(session.status()).isIn(1, 3);
      assertThat(session.err()).contains("error CL-IMG-");
    } finally {
      registry.stop(0);
    }
  }

  @Test
  void aRegistryThatStalls() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String image = "127.0.0.1:" + silent.getLocalPort() + "/x:1";
      assertSentence(
          Session.of(
              "generate",
              Files.writeString(directory.resolve("app.yaml"), pod("  image: " + image)).toString(),
              "--deployment",
              directory.resolve("deployment.json").toString(),
              "--registry-patience",
              "1",
              "--to",
              directory.resolve("generated").toString()),
          3,
          "127.0.0.1");
    }
  }

  @Test
  void aDeploymentThatIsNotThere() throws IOException {
    Path file = Files.writeString(directory.resolve("app.yaml"), pod("  image: x"));
    Session session =
        Session.of("generate", file.toString(), "--deployment", directory + "/none.json");
    assertSentence(session, 3, "none.json");
  }

  @Test
  void aDeploymentThatSomebodyEdited() throws IOException {
    Path deployment = directory.resolve("deployment.json");
    String text = Files.readString(deployment);
    Files.writeString(deployment, text.replace("simulated", "both"));
    assertSentence(generate(pod("  image: x")), 1, "mode", "hardware, simulated");
  }

  @Test
  void hardwareWithoutReferenceValuesIsWrongUse() throws IOException {
    Path hardware = directory.resolve("hardware");
    Session.of("init", "-d", hardware.toString());
    Path file = Files.writeString(directory.resolve("empty.yaml"), "");
    Session session =
        Session.of(
            "generate",
            file.toString(),
            "--deployment",
            hardware.resolve("deployment.json").toString());
    assertThat(session.status()).isIn(1, 2);
    assertThat(session.err()).contains("error CL-");
  }

  private static HttpServer registry(int status, String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }
}
