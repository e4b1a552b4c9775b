package dev.cloister.e2e;

import dev.cloister.cli.Locations;
import dev.cloister.cli.NodeConnection;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.NodePods.ShutdownRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Takes a stage down and looks that nothing of it is left. */
final class Teardown {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private Teardown() {}

  /** Does every step; the first failure is thrown when all have been tried. */
  static void run(List<Runnable> steps) {
    List<CloisterException> failures = new ArrayList<>();
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (CloisterException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      CloisterException first = failures.removeFirst();
      failures.forEach(first::addSuppressed);
      throw first;
    }
  }

  /** Ends every pod and the daemon. */
  static void node(Locations locations) {
    Optional<NodeConnection> running = NodeConnection.find(locations);
    if (running.isPresent()) {
      try (NodeConnection node = running.get()) {
        node.calls(LIMIT).shutdown(new ShutdownRequest(true));
      }
      Pause.of(Duration.ofMillis(500));
    }
  }

  /** Deletes a directory with everything in it. */
  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw Stage.failed(directory.toString(), e);
    }
  }

  /** Looks for processes and mounts that name the directory. */
  static void requireNothingLeft(Path directory) {
    List<String> left = new ArrayList<>();
    ProcessHandle.allProcesses()
        .filter(process -> mentions(process.pid(), directory))
        .forEach(process -> left.add("process " + process.pid()));
    try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
      mounts.filter(line -> line.contains(directory.toString())).forEach(left::add);
    } catch (IOException e) {
      throw Stage.failed("/proc/self/mounts", e);
    }
    if (!left.isEmpty()) {
      throw new CloisterException(
          E2eError.LEFT_BEHIND, directory.toString(), String.join("; ", left));
    }
  }

  private static boolean mentions(long pid, Path directory) {
    try {
      String line = Files.readString(Path.of("/proc/" + pid + "/cmdline"));
      return line.contains(directory.toString());
    } catch (IOException e) {
      return false;
    }
  }
}
