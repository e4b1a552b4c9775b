package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.RpcClient;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.Wire;
import java.io.File;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A process of Cloister that outlives the command which started it, and serves on a Unix socket. It
 * is started when nobody answers there.
 *
 * @param name what people call it
 * @param socket where it serves
 * @param mainClass what it runs
 * @param options options of its Java
 * @param environment variables that it needs beside this process's own
 * @param log where its output goes
 */
record Daemon(
    String name,
    Path socket,
    String mainClass,
    List<String> options,
    Map<String, String> environment,
    Path log) {

  private static final ReentrantLock STARTING = new ReentrantLock();
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final Duration RETRY = Duration.ofMillis(50);
  private static final int MAX_LOG_TAIL = 2000;

  Daemon {
    options = List.copyOf(options);
    environment = Map.copyOf(environment);
  }

  /** A connection, where the process serves. */
  Optional<RpcClient> connect() {
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
      return Optional.of(
          new RpcClient(
              Wire.of(channel),
              RpcLimits.STANDARD,
              Thread.ofPlatform().daemon().name(name + "-answers").factory(),
              new SecureRandom()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * A connection; the process is started where it does not serve.
   *
   * @throws CloisterException with {@link CliError#DAEMON_FAILED}
   */
  RpcClient connectOrStart() {
    Optional<RpcClient> there = connect();
    return there.isPresent() ? there.get() : startAlone();
  }

  /** Whoever wants to start it meanwhile, in this process or another, waits and then connects. */
  private RpcClient startAlone() {
    STARTING.lock();
    try {
      makePrivate(socket.getParent());
      Path lock = socket.resolveSibling(socket.getFileName() + ".lock");
      try (FileChannel file =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = file.lock()) {
        Optional<RpcClient> there = connect();
        return there.isPresent() ? there.get() : awaitServing(start());
      }
    } catch (IOException e) {
      throw failed(String.valueOf(e.getMessage()));
    } finally {
      STARTING.unlock();
    }
  }

  private RpcClient awaitServing(Process process) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<RpcClient> connection = connect();
      if (connection.isPresent()) {
        return connection.get();
      }
      if (!process.isAlive() && process.exitValue() != 0) {
        throw failed("ended with " + process.exitValue());
      }
      pause();
    }
    throw failed("does not serve after " + START_LIMIT.toSeconds() + " s");
  }

  /** Ends the process that serves here, if there is one, and waits until it has ended. */
  void stop() {
    for (ProcessHandle process : ProcessHandle.allProcesses().filter(this::isOurs).toList()) {
      process.destroy();
      try {
        process.onExit().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException | ExecutionException e) {
        process.destroyForcibly();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
      }
    }
  }

  /** Waits until the process of this number, which was asked to end, has ended. */
  void awaitEnd(long pid) {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    if (process.isEmpty()) {
      return;
    }
    try {
      process.get().onExit().get(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw failed("process " + pid + " runs on after " + STOP_LIMIT.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(CliError.INTERRUPTED, name, "interrupted", e);
    }
  }

  /** Whether the process runs our class in our environment. */
  private boolean isOurs(ProcessHandle process) {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    return words(proc.resolve("cmdline")).contains(mainClass)
        && environment.entrySet().stream()
            .allMatch(entry ->
                words(proc.resolve("environ")).contains(entry.getKey() + "=" + entry.getValue()));
  }

  private static List<String> words(Path file) {
    try {
      return List.of(Files.readString(file, StandardCharsets.ISO_8859_1).split("\0", -1));
    } catch (IOException e) {
      return List.of();
    }
  }

  private Process start() {
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(options);
    command.addAll(classPath());
    command.add(mainClass);
    try {
      makePrivate(log.getParent());
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectErrorStream(true)
              .directory(new File("/"));
      builder.environment().putAll(environment);
      return builder.start();
    } catch (IOException e) {
      throw failed(String.valueOf(e.getMessage()));
    }
  }

  /** How this process was given its classes: the child gets the same. */
  private static List<String> classPath() {
    List<String> parts = new ArrayList<>();
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      String value = System.getProperty(property, "");
      for (String part : value.split(File.pathSeparator, -1)) {
        if (!part.isEmpty()) {
          parts.add(Path.of(part).toAbsolutePath().toString());
        }
      }
    }
    return List.of("-cp", String.join(File.pathSeparator, parts));
  }

  private static void makePrivate(@org.jspecify.annotations.Nullable Path directory)
      throws IOException {
    if (directory != null) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  private CloisterException failed(String what) {
    return new CloisterException(CliError.DAEMON_FAILED, name, what + "; it said: " + tail());
  }

  private String tail() {
    try {
      String text = Files.readString(log).strip();
      return text.substring(Math.max(0, text.length() - MAX_LOG_TAIL)).replace('\n', ' ');
    } catch (IOException e) {
      return "nothing";
    }
  }

  private void pause() {
    try {
      Thread.sleep(RETRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(CliError.INTERRUPTED, name, "interrupted", e);
    }
  }
}
