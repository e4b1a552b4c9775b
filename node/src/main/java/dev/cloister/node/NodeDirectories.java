package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;

/**
 * Where the node keeps what it keeps. All directories are made with mode 0700.
 *
 * @param state survives a reboot: records of pods, logs, the simulator's keys
 * @param run gone after a reboot: sockets and what belongs to running VMs; short, since socket
 *     paths are bounded to 107 bytes
 * @param cache may be deleted at any time: images
 */
public record NodeDirectories(Path state, Path run, Path cache) {

  /** The longest path of a Unix socket: sun_path of unix(7) without its NUL. */
  static final int MAX_SOCKET_PATH = 107;

  public NodeDirectories {
    state = state.toAbsolutePath().normalize();
    run = run.toAbsolutePath().normalize();
    cache = cache.toAbsolutePath().normalize();
  }

  /** The socket of the daemon. */
  public Path nodeSocket() {
    return run.resolve("node.sock");
  }

  /** The socket of the simulated security processor. */
  public Path simulatorSocket() {
    return run.resolve("simulator.sock");
  }

  /** The directory of a pod's records and logs. */
  public Path podState(String id) {
    return pods().resolve(id);
  }

  /** The directory of a pod's sockets and initdata disk. */
  public Path podRun(String id) {
    return run.resolve("pods").resolve(id);
  }

  /** The directory of all pods' records, one directory for each. */
  public Path pods() {
    return state.resolve("node").resolve("pods");
  }

  Path logs() {
    return state.resolve("node").resolve("log");
  }

  Path leases() {
    return state.resolve("node").resolve("leases");
  }

  Path lock() {
    return run.resolve("node.lock");
  }

  /**
   * Six characters that stand for this run directory in names that are global on the machine, so
   * that two daemons never take each other's namespaces for left-overs.
   */
  String mark() {
    byte[] digest =
        dev.cloister.encoding.Bytes.of(run.toString().getBytes(StandardCharsets.UTF_8))
            .sha256()
            .slice(0, 3)
            .toArray();
    return HexFormat.of().formatHex(digest);
  }

  void create() {
    makePrivate(state.resolve("node"));
    makePrivate(pods());
    makePrivate(logs());
    makePrivate(run);
    makePrivate(run.resolve("pods"));
    makePrivate(cache);
  }

  /** Makes a directory of mode 0700 and those above it that are missing. */
  static Path makePrivate(Path directory) {
    try {
      return Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw StateFile.failure(directory, e);
    }
  }

  /** The path of a socket, if the kernel takes it. */
  static Path socket(Path path) {
    if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH) {
      throw new CloisterException(
          NodeError.PATH_TOO_LONG, path.toString(), "more than " + MAX_SOCKET_PATH + " bytes");
    }
    return path;
  }
}
