package dev.cloister.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Where things are on this machine.
 *
 * @param home the source tree that the launcher runs from; the current directory without one
 * @param cache what may be deleted at any time: packages, blobs, images
 * @param state what survives a reboot
 * @param run sockets and what belongs to running VMs
 * @param node further settings of the node daemon, as environment variables
 */
public record Locations(Path home, Path cache, Path state, Path run, Map<String, String> node) {

  public Locations {
    node = Map.copyOf(node);
  }

  /** The locations that the environment gives, or their defaults. */
  public static Locations of(Map<String, String> environment) {
    String user = environment.getOrDefault("HOME", "/root");
    return new Locations(
        Path.of(environment.getOrDefault("CLOISTER_HOME", "")).toAbsolutePath(),
        Path.of(environment.getOrDefault("CLOISTER_CACHE", user + "/.cache/cloister")),
        Path.of(environment.getOrDefault("CLOISTER_STATE", "/var/lib/cloister")),
        Path.of(environment.getOrDefault("CLOISTER_RUN", "/run/cloister")),
        Map.of());
  }

  /** The same with another node: other directories for state and sockets, and other settings. */
  public Locations withNode(Path otherState, Path otherRun, Map<String, String> settings) {
    return new Locations(home, cache, otherState, otherRun, settings);
  }

  /** The lock file of the guest's packages. */
  public Path guestLock() {
    return home.resolve("guest").resolve("guest.lock");
  }

  /** How the Coordinator becomes an image. */
  public Path coordinatorImage() {
    return home.resolve("coordinator").resolve("image");
  }

  /** The socket of the node daemon. */
  public Path nodeSocket() {
    return run.resolve("node.sock");
  }

  /** The socket of the simulated security processor. */
  public Path simulatorSocket() {
    return run.resolve("simulator.sock");
  }

  /** The environment in which Cloister's processes find the same places. */
  public Map<String, String> environment() {
    Map<String, String> all = new HashMap<>(node);
    all.put("CLOISTER_HOME", home.toString());
    all.put("CLOISTER_CACHE", cache.toString());
    all.put("CLOISTER_STATE", state.toString());
    all.put("CLOISTER_RUN", run.toString());
    return all;
  }
}
