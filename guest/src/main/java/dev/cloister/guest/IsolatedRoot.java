package dev.cloister.guest;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program of an unpacked tree with that tree as its root: own mount, process, network, IPC
 * and host name namespaces, {@code /proc} mounted, an environment of one fixed locale. So the bytes
 * that it makes come from locked packages only, not from the host, and it can reach nobody.
 *
 * @param root the tree
 */
record IsolatedRoot(Path root) {

  private static final int MAX_OUTPUT = 1 << 20;

  /**
   * Runs the program to its end.
   *
   * @param workDirectory absolute path inside the root
   * @param command program and arguments, with paths inside the root
   * @return its standard output and error, together
   * @throws CloisterException with {@link GuestError#STEP_FAILED} where its exit code is not 0
   */
  String run(String workDirectory, List<String> command, Duration limit) {
    List<String> line = new ArrayList<>(List.of("unshare"));
    if (!isSuperuser()) {
      line.add("--map-root-user");
    }
    line.addAll(
        List.of(
            "--mount",
            "--pid",
            "--net",
            "--ipc",
            "--uts",
            "--fork",
            "--kill-child",
            "--root=" + root.toAbsolutePath(),
            "--wd=" + workDirectory,
            "--mount-proc",
            "--"));
    line.addAll(command);
    try {
      Path output = Files.createTempFile("cloister-step", ".log");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        String path = System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().put("LANG", "C.UTF-8");
        return finish(builder.start(), output, command, limit);
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new CloisterException(GuestError.STEP_FAILED, command.get(0), e.toString(), e);
    }
  }

  private static String finish(Process process, Path output, List<String> command, Duration limit)
      throws IOException {
    try {
      process.getOutputStream().close();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      String text = read(output);
      if (!ended || process.exitValue() != 0) {
        String how = ended ? "exit code " + process.exitValue() : "not done within " + limit;
        throw new CloisterException(
            GuestError.STEP_FAILED, command.get(0), how + "\n" + text.strip());
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(GuestError.STEP_FAILED, command.get(0), "interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String read(Path output) throws IOException {
    try (java.io.InputStream in = Files.newInputStream(output)) {
      return new String(in.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
    }
  }

  private static boolean isSuperuser() throws CloisterException {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid
          && uid == 0;
    } catch (IOException e) {
      throw new CloisterException(GuestError.STEP_FAILED, "/proc/self", e.toString(), e);
    }
  }
}
