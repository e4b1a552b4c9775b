package dev.cloister.simulator;

import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.RpcServer;
import dev.cloister.rpc.SimulatorService;
import dev.cloister.rpc.Wire;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * The simulator as a process of its own: serves {@code Simulator} on {@code
 * $CLOISTER_RUN/simulator.sock} (default {@code /run/cloister}) with what it keeps in {@code
 * $CLOISTER_STATE/simulator} (default {@code /var/lib/cloister}). Runs until it is ended by a
 * signal; its VMs run on and are served again by the next process.
 */
public final class SimulatorProcess {

  private static final int MAX_CONNECTIONS = 64;
  private static final int EXIT_ENVIRONMENT = 3;
  private static final RpcLimits LIMITS = new RpcLimits(1 << 20, 32, 2048);

  private SimulatorProcess() {}

  /** Serves until the process is ended. */
  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    Path state = Path.of(environment.getOrDefault("CLOISTER_STATE", "/var/lib/cloister"));
    Path run = Path.of(environment.getOrDefault("CLOISTER_RUN", "/run/cloister"));
    try {
      serve(state.resolve("simulator"), run);
    } catch (CloisterException e) {
      log(e.getMessage() + ". " + e.code().remedy());
      System.exit(EXIT_ENVIRONMENT);
    } catch (IOException e) {
      log("The simulator's socket failed: " + e.getMessage());
      System.exit(EXIT_ENVIRONMENT);
    }
  }

  private static void serve(Path state, Path run) throws IOException {
    PrivateFiles.makeDirectory(state);
    PrivateFiles.makeDirectory(run);
    try (FileChannel lockFile =
            FileChannel.open(
                state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lockFile.tryLock()) {
      if (lock == null) {
        throw new CloisterException(
            SimulatorError.ALREADY_SERVING, state.toString(), "another process holds the lock");
      }
      SecureRandom random = new SecureRandom();
      SimulatedVendors vendors =
          SimulatedVendors.open(state, InstantSource.system(), random, SimulatorProcess::log);
      try (Simulator simulator =
              new Simulator(vendors, state.resolve("vms"), random, SimulatorProcess::log);
          ServerSocketChannel listener = Sockets.listen(run.resolve("simulator.sock"))) {
        log("SIMULATED security processor ready on " + run.resolve("simulator.sock"));
        accept(listener, simulator);
      }
    }
  }

  private static void accept(ServerSocketChannel listener, Simulator simulator) throws IOException {
    RpcServer server =
        new RpcServer(
            List.of(new SimulatorService.Dispatcher(simulator)),
            LIMITS,
            Thread.ofVirtual().factory());
    Semaphore connections = new Semaphore(MAX_CONNECTIONS);
    while (true) {
      SocketChannel channel = listener.accept();
      if (connections.tryAcquire()) {
        Thread.ofVirtual().start(() -> serve(server, channel, connections));
      } else {
        channel.close();
      }
    }
  }

  private static void serve(RpcServer server, SocketChannel channel, Semaphore connections) {
    try {
      server.serve(Wire.of(channel));
    } catch (IOException e) {
      log("A connection ended: " + e.getMessage());
    } finally {
      connections.release();
    }
  }

  private static void log(String line) {
    System.err.println("simulator: " + line);
  }
}
