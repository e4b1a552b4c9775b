package dev.cloister.cli;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where things are on this machine.
 *
 * @param home the source tree that the launcher runs from; the current directory without one
 * @param cache what may be deleted at any time: packages, blobs, images
 * @param state what survives a reboot
 * @param run sockets and what belongs to running VMs
 */
public record Locations(Path home, Path cache, Path state, Path run) {

  /** The locations that the environment gives, or their defaults. */
  public static Locations of(Map<String, String> environment) {
    String user = environment.getOrDefault("HOME", "/root");
    return new Locations(
        Path.of(environment.getOrDefault("CLOISTER_HOME", "")).toAbsolutePath(),
        Path.of(environment.getOrDefault("CLOISTER_CACHE", user + "/.cache/cloister")),
        Path.of(environment.getOrDefault("CLOISTER_STATE", "/var/lib/cloister")),
        Path.of(environment.getOrDefault("CLOISTER_RUN", "/run/cloister")));
  }

  /** The same with other directories for state and sockets. */
  public Locations withStateAndRun(Path otherState, Path otherRun) {
    return new Locations(home, cache, otherState, otherRun);
  }

  /** The lock file of the guest's packages. */
  public Path guestLock() {
    return home.resolve("guest").resolve("guest.lock");
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
  Map<String, String> environment() {
    return Map.of(
        "CLOISTER_HOME", home.toString(),
        "CLOISTER_CACHE", cache.toString(),
        "CLOISTER_STATE", state.toString(),
        "CLOISTER_RUN", run.toString());
  }
}
