package dev.cloister.cli;

import dev.cloister.image.RegistryOptions;
import dev.cloister.kubernetes.Generation;
import dev.cloister.kubernetes.SourceFile;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Initdata;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which YAML a command is about, and how its images are reached. */
final class YamlOptions {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final int ATTEMPTS = 4;
  private static final int MAX_YAML = 4 << 20;
  private static final int MAX_DEPLOYMENT = 64 << 10;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Kubernetes YAML: files, or directories of them.")
  private List<Path> files = List.of();

  @Option(
      names = "--deployment",
      paramLabel = "FILE",
      defaultValue = "deployment.json",
      description = "The deployment that the pods belong to (default: ${DEFAULT-VALUE}).")
  private Path deployment = Path.of("");

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Namespace of objects that name none (default: ${DEFAULT-VALUE}).")
  private String namespace = "default";

  @Option(
      names = "--plain-http",
      paramLabel = "HOST[:PORT]",
      description = "A registry that may be spoken to without TLS; repeatable.")
  private Set<String> plainHttp = Set.of();

  @Option(
      names = "--registry-ca",
      paramLabel = "FILE",
      description = "A certificate (PEM) that registries' certificates may end in; repeatable.")
  private List<Path> certificates = List.of();

  @Option(
      names = "--registry-credentials",
      paramLabel = "FILE",
      description = "A Docker or Podman configuration file (default: where those look).")
  private @Nullable Path credentials;

  @Option(
      names = "--registry-patience",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long a registry may be silent (default: ${DEFAULT-VALUE}).")
  private int patienceSeconds = 30;

  /** The deployment. */
  Deployment deployment() {
    return deployment(deployment);
  }

  /** The deployment of a file. */
  static Deployment deployment(Path file) {
    return Documents.read(file, MAX_DEPLOYMENT, Deployment::parse);
  }

  /** Path of the Docker configuration file that was named, or empty. */
  String credentials() {
    return credentials == null ? "" : credentials.toAbsolutePath().toString();
  }

  /** Reads the YAML and derives what is to run. */
  Generation derive(Terminal terminal, Locations locations) {
    return derive(terminal, locations, UnaryOperator.identity());
  }

  /** The same, with a choice of floors. */
  Generation derive(Terminal terminal, Locations locations, UnaryOperator<Initdata> floors) {
    return new Derivation(deployment(), namespace, registry(), locations)
        .of(sources(), terminal, floors);
  }

  private RegistryOptions registry() {
    RegistryOptions options =
        RegistryOptions.fromEnvironment(System.getenv())
            .withPlainHttp(plainHttp)
            .withCaCertificates(certificates)
            .withPatience(CONNECT_LIMIT, Duration.ofSeconds(patienceSeconds), ATTEMPTS);
    return credentials == null ? options : options.withCredentialFiles(List.of(credentials));
  }

  private List<SourceFile> sources() {
    List<SourceFile> sources = new ArrayList<>();
    for (Path path : files) {
      for (Path file : Files.isDirectory(path) ? yamlIn(path) : List.of(path)) {
        sources.add(new SourceFile(file.toString(), Disk.read(file, MAX_YAML)));
      }
    }
    return sources;
  }

  private static List<Path> yamlIn(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(file -> file.toString().endsWith(".yaml") || file.toString().endsWith(".yml"))
          .sorted()
          .toList();
    } catch (java.io.IOException e) {
      throw new dev.cloister.encoding.CloisterException(
          CliError.FILE_NOT_READABLE, directory.toString(), String.valueOf(e.getMessage()), e);
    }
  }
}
