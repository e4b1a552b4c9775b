package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.guest.GuestImage;
import dev.cloister.rpc.NodeService;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.RpcServer;
import dev.cloister.rpc.Wire;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * The daemon: one for each run directory, held by a lock. It serves {@code node.sock} there (mode
 * 0600). SIGTERM ends the daemon only; pods run on and the next daemon adopts them.
 */
public final class NodeDaemon {

  /**
   * Options of the JVM with which the daemon stays small: what it holds is some sockets and
   * records, and the buffers of one image conversion at a time.
   */
  public static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Xms16m",
          "-Xmx96m",
          "-Xss512k",
          "-XX:ReservedCodeCacheSize=24m",
          "-XX:+ExitOnOutOfMemoryError");

  private static final int MAX_CONNECTIONS = 64;
  private static final int BACKLOG = 64;

  private final NodeSettings settings;
  private final EventLog log;
  private final NodeThreads threads;
  private final SimulatorLink simulator;
  private final LocalPods pods;
  private final Acceleration.Choice acceleration;
  private final CompletableFuture<Boolean> ending = new CompletableFuture<>();

  private NodeDaemon(NodeSettings settings, EventLog log, InstantSource clock) {
    this.settings = settings;
    this.log = log;
    this.threads = new NodeThreads(log);
    SecureRandom random = new SecureRandom();
    NodeDirectories directories = settings.directories();
    this.simulator = new SimulatorLink(directories, threads, log, random);
    this.acceleration = new Acceleration.Choice(this::chooseAcceleration);
    Sandboxes sandboxes =
        new Sandboxes(
            directories,
            settings.network(),
            settings.qemu(),
            acceleration::get,
            simulator,
            threads,
            log,
            random);
    this.pods =
        new LocalPods(
            settings,
            sandboxes,
            new CachedImages(directories.cache(), System.getenv()),
            threads,
            log,
            clock,
            random);
  }

  /** Runs until it is told to end. Exit code 0, or 2 and 3 as the command line has them. */
  public static void main(String[] arguments) {
    try {
      NodeSettings settings = NodeSettings.of(List.of(arguments), System.getenv());
      run(settings);
      System.exit(0);
    } catch (CloisterException e) {
      System.err.println(e.getMessage() + ". " + e.code().remedy());
      System.exit(e.code().kind() == ErrorCode.Kind.USAGE ? 2 : 3);
    }
  }

  /**
   * Runs a daemon in the calling thread until it is told to end.
   *
   * @throws CloisterException where it cannot start
   */
  public static void run(NodeSettings settings) {
    requireRoot();
    NodeDirectories directories = settings.directories();
    directories.create();
    try (FileChannel lockFile =
            FileChannel.open(
                directories.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lockFile.tryLock();
        EventLog log =
            new EventLog(directories.logs().resolve("node.jsonl"), InstantSource.system())) {
      if (lock == null) {
        throw new CloisterException(
            NodeError.ALREADY_RUNNING, directories.run().toString(), "its lock is held");
      }
      new NodeDaemon(settings, log, InstantSource.system()).serve();
    } catch (IOException e) {
      throw StateFile.failure(directories.run(), e);
    }
  }

  private static void requireRoot() {
    if (!Files.isWritable(Path.of("/proc/sys/kernel/hostname"))) {
      throw new CloisterException(
          NodeError.NOT_ROOT, System.getProperty("user.name", ""), "it starts VMs and networks");
    }
  }

  private void serve() throws IOException {
    log.event("daemon-started", Long.toString(ProcessHandle.current().pid()));
    pods.adopt();
    pods.names().open();
    threads.start("acceleration", acceleration::get);
    try (ServerSocketChannel listener = listen(settings.directories().nodeSocket())) {
      threads.start("accept", () -> accept(listener));
      if (ending.join()) {
        simulator.stop();
      }
    }
    Files.deleteIfExists(settings.directories().nodeSocket());
    pods.coordinators().close();
    pods.names().close();
    pods.sandboxes().release();
    log.event("daemon-ended", Long.toString(ProcessHandle.current().pid()));
  }

  private static ServerSocketChannel listen(Path socket) {
    NodeDirectories.socket(socket);
    try {
      Files.deleteIfExists(socket);
      ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listener.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      return listener;
    } catch (IOException e) {
      throw new CloisterException(
          NodeError.SOCKET_OCCUPIED, socket.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  private void accept(ServerSocketChannel listener) {
    NodeService service = new NodeFrontend(pods, acceleration, this::endSoon);
    RpcServer server =
        new RpcServer(
            List.of(new NodeService.Dispatcher(service)),
            RpcLimits.STANDARD,
            threads.factory("call"));
    Semaphore free = new Semaphore(MAX_CONNECTIONS);
    try {
      while (true) {
        SocketChannel channel = listener.accept();
        if (free.tryAcquire()) {
          threads.start("client", () -> serve(server, channel, free));
        } else {
          channel.close();
        }
      }
    } catch (IOException e) {
      log.event("accept-ended", String.valueOf(e.getMessage()));
    }
  }

  private void serve(RpcServer server, SocketChannel channel, Semaphore free) {
    try {
      server.serve(Wire.of(channel));
    } catch (IOException e) {
      log.event("client-gone", String.valueOf(e.getMessage()));
    } finally {
      free.release();
    }
  }

  /** Ends the daemon after the answer to the call that asked for it has been written. */
  private void endSoon(boolean withSimulator) {
    threads.start(
        "ending",
        () -> {
          try {
            Thread.sleep(100);
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
          ending.complete(withSimulator);
        });
  }

  private Acceleration chooseAcceleration() {
    if (settings.acceleration().isPresent()) {
      return settings.acceleration().get();
    }
    if (settings.guestImage().isEmpty()) {
      return Acceleration.TCG;
    }
    GuestImage guest = GuestImage.open(settings.guestImage().get());
    return new AccelerationProbe(settings.directories(), settings.qemu(), threads, log)
        .choose(PodSpec.bootFiles(guest));
  }
}
