package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import dev.cloister.rpc.RpcClient;
import dev.cloister.rpc.RpcError;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.SimulatorMessages.LaunchRequest;
import dev.cloister.rpc.SimulatorMessages.LaunchResponse;
import dev.cloister.rpc.SimulatorService;
import dev.cloister.rpc.Wire;
import java.io.File;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The launcher of simulated evidence: a process of its own, which this starts when none answers and
 * which outlives the daemon, since it serves the report ports of running VMs. Safe for use by any
 * thread.
 */
final class SimulatorLink implements Launcher {

  private static final Duration CALL_LIMIT = Duration.ofSeconds(60);
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final int LOG_BYTES = 1 << 20;
  private static final String MAIN = "dev.cloister.simulator.SimulatorProcess";

  private final NodeDirectories directories;
  private final NodeThreads threads;
  private final EventLog log;
  private final RandomGenerator random;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable RpcClient rpc;

  SimulatorLink(
      NodeDirectories directories, NodeThreads threads, EventLog log, RandomGenerator random) {
    this.directories = directories;
    this.threads = threads;
    this.log = log;
    this.random = random;
  }

  @Override
  public LaunchResponse launch(LaunchRequest request) {
    SimulatorService simulator = new SimulatorService.Client(connection(), CALL_LIMIT);
    try {
      return simulator.launch(request);
    } catch (CloisterException e) {
      if (e.code() == RpcError.CONNECTION_LOST || e.code() == RpcError.TIMED_OUT) {
        throw unreachable("it went away while it started the machine: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  /** Starts it again where it has gone, so that running VMs get evidence. */
  void ensure() {
    connection();
  }

  /** Ends the process, if this node started it. */
  void stop() {
    lock.lock();
    try {
      if (rpc != null) {
        rpc.close();
      }
      Optional<HostProcess> process = started();
      if (process.isPresent() && process.get().isAlive()) {
        boolean ended = process.get().kill(Duration.ofSeconds(5));
        log.event("simulator-stopped", ended ? "ended" : "still runs");
      }
      StateFile.delete(record());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private RpcClient connection() {
    lock.lock();
    try {
      RpcClient current = rpc;
      if (current == null || current.isEnded()) {
        current = connect().orElseGet(this::startAndConnect);
        rpc = current;
      }
      return current;
    } finally {
      lock.unlock();
    }
  }

  private Optional<RpcClient> connect() {
    try {
      SocketChannel channel =
          SocketChannel.open(UnixDomainSocketAddress.of(directories.simulatorSocket()));
      return Optional.of(
          new RpcClient(
              Wire.of(channel), RpcLimits.STANDARD, threads.factory("simulator"), random));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private RpcClient startAndConnect() {
    Process process = startProcess();
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    try {
      while (System.nanoTime() < deadline) {
        Optional<RpcClient> client = connect();
        if (client.isPresent()) {
          return client.get();
        }
        if (!process.isAlive()) {
          throw unreachable("it ended at once", null);
        }
        Thread.sleep(20);
      }
      process.destroy();
      throw unreachable("it did not open its socket in " + START_LIMIT.toSeconds() + " s", null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable("interrupted", e);
    }
  }

  private Process startProcess() {
    NodeDirectories.socket(directories.simulatorSocket());
    List<String> command = new ArrayList<>(List.of("setsid", java()));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m", "-Xss512k"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-XX:-UsePerfData", "-cp", classPath(), MAIN));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CLOISTER_STATE", directories.state().toString());
    builder.environment().put("CLOISTER_RUN", directories.run().toString());
    try {
      if (Files.exists(logFile()) && Files.size(logFile()) > LOG_BYTES) {
        Files.delete(logFile());
      }
      Process process =
          builder
              .directory(new File("/"))
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
              .start();
      log.event("simulator-started", Long.toString(process.pid()));
      HostProcess.of(process.pid()).ifPresent(this::remember);
      return process;
    } catch (IOException e) {
      throw unreachable(String.valueOf(e.getMessage()), e);
    }
  }

  /** The java of this very process. */
  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The modules and classes of this process; the simulator's are among them. */
  private static String classPath() {
    String modules = System.getProperty("jdk.module.path", "");
    String classes = System.getProperty("java.class.path", "");
    return modules.isEmpty() || classes.isEmpty()
        ? modules + classes
        : modules + File.pathSeparator + classes;
  }

  private void remember(HostProcess process) {
    StateFile.write(
        record(),
        Json.object().put("pid", process.pid()).put("startTicks", process.startTicks()).build());
  }

  private Optional<HostProcess> started() {
    return StateFile.read(record()).map(json -> process(JsonFields.of(json, "")));
  }

  private static HostProcess process(JsonFields fields) {
    HostProcess process =
        new HostProcess(
            fields.integer("pid", 1, 1L << 22), fields.integer("startTicks", 0, Long.MAX_VALUE));
    fields.end();
    return process;
  }

  private Path record() {
    return directories.state().resolve("node").resolve("simulator.json");
  }

  private Path logFile() {
    return directories.logs().resolve("simulator.log");
  }

  private CloisterException unreachable(String what, @Nullable Throwable cause) {
    BoundedLog said = new BoundedLog(logFile(), Long.MAX_VALUE, 1);
    return new CloisterException(
        NodeError.SIMULATOR_UNREACHABLE,
        logFile().toString(),
        what + "; it said: " + Console.explain(said.tail(2048)),
        cause);
  }
}
