package dev.cloister.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How registries are spoken to.
 *
 * @param mirrors for a registry the base addresses ({@code scheme://host[:port]}) that are asked
 *     before it, in order; what they serve is checked as always
 * @param plainHttp registries that may be spoken to without TLS; loopback addresses always are
 * @param caCertificates files with certificates (PEM) that are trusted beside the platform's
 * @param credentialFiles Docker's {@code config.json} and Podman's {@code auth.json}, the first
 *     that knows a registry wins; missing files mean nothing
 * @param connectTimeout how long a connection may take
 * @param stallTimeout how long an answer, or the next 4 KiB of a body, may take
 * @param attempts how often a broken or stalled download goes on from where it was, at each address
 */
public record RegistryOptions(
    Map<String, List<String>> mirrors,
    Set<String> plainHttp,
    List<Path> caCertificates,
    List<Path> credentialFiles,
    Duration connectTimeout,
    Duration stallTimeout,
    int attempts) {

  public RegistryOptions {
    mirrors = Map.copyOf(mirrors);
    plainHttp = Set.copyOf(plainHttp);
    caCertificates = List.copyOf(caCertificates);
    credentialFiles = List.copyOf(credentialFiles);
    if (attempts < 1 || !connectTimeout.isPositive() || !stallTimeout.isPositive()) {
      throw new IllegalArgumentException("times and attempts are positive");
    }
  }

  /** No mirrors, no credentials, 10 s to connect, 30 s without progress, 4 attempts. */
  public static RegistryOptions defaults() {
    return new RegistryOptions(
        Map.of(),
        Set.of(),
        List.of(),
        List.of(),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        4);
  }

  /**
   * The defaults with the credential files that Docker and Podman use in this environment ({@code
   * REGISTRY_AUTH_FILE}, {@code DOCKER_CONFIG}, {@code XDG_RUNTIME_DIR}, {@code XDG_CONFIG_HOME},
   * {@code HOME}).
   */
  public static RegistryOptions fromEnvironment(Map<String, String> environment) {
    List<Path> files = new ArrayList<>();
    String home = environment.getOrDefault("HOME", "");
    add(files, environment.getOrDefault("REGISTRY_AUTH_FILE", ""), "");
    add(files, environment.getOrDefault("XDG_RUNTIME_DIR", ""), "containers/auth.json");
    String config = home.isEmpty() ? "" : home + "/.config";
    add(files, environment.getOrDefault("XDG_CONFIG_HOME", config), "containers/auth.json");
    String docker = home.isEmpty() ? "" : home + "/.docker";
    add(files, environment.getOrDefault("DOCKER_CONFIG", docker), "config.json");
    return defaults().withCredentialFiles(files);
  }

  private static void add(List<Path> files, String base, String below) {
    if (!base.isEmpty()) {
      files.add(Path.of(base, below));
    }
  }

  /** The same with other mirrors. */
  public RegistryOptions withMirrors(Map<String, List<String>> changed) {
    return new RegistryOptions(
        changed,
        plainHttp,
        caCertificates,
        credentialFiles,
        connectTimeout,
        stallTimeout,
        attempts);
  }

  /** The same with other registries that may be spoken to without TLS. */
  public RegistryOptions withPlainHttp(Set<String> changed) {
    return new RegistryOptions(
        mirrors, changed, caCertificates, credentialFiles, connectTimeout, stallTimeout, attempts);
  }

  /** The same with other certificates. */
  public RegistryOptions withCaCertificates(List<Path> changed) {
    return new RegistryOptions(
        mirrors, plainHttp, changed, credentialFiles, connectTimeout, stallTimeout, attempts);
  }

  /** The same with other credential files. */
  public RegistryOptions withCredentialFiles(List<Path> changed) {
    return new RegistryOptions(
        mirrors, plainHttp, caCertificates, changed, connectTimeout, stallTimeout, attempts);
  }

  /** The same with other limits of patience. */
  public RegistryOptions withPatience(Duration connect, Duration stall, int newAttempts) {
    return new RegistryOptions(
        mirrors, plainHttp, caCertificates, credentialFiles, connect, stall, newAttempts);
  }
}
