package dev.cloister.cli;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.channel.ChannelLimits;
import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.coordinator.ChannelServer;
import dev.cloister.coordinator.Coordinator;
import dev.cloister.coordinator.Counters;
import dev.cloister.coordinator.EventLog;
import dev.cloister.coordinator.FileStore;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.simulator.SimulatedVendor;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** The genuine Coordinator in this process, with a store of files; only the VM is missing. */
final class LoopbackCoordinator implements TestCoordinator {

  private final SimulatedVendor vendor;
  private final Initdata initdata;
  private final Path store;
  private Coordinator coordinator;
  private ServerSocket socket;

  LoopbackCoordinator(SimulatedVendor vendor, Deployment deployment, Path store)
      throws IOException {
    this.vendor = vendor;
    this.initdata = Initdata.create(deployment, Bytes.ofUtf8("{\"coordinator\":1}"));
    this.store = store;
    this.coordinator = load();
    this.socket = serve();
  }

  private Coordinator load() {
    InstantSource clock = InstantSource.system();
    return Coordinator.start(
        new Coordinator.Parts(
            initdata,
            new FileStore(store),
            new SecureRandom(),
            clock,
            System::nanoTime,
            new Counters(),
            new EventLog(new PrintStream(PrintStream.nullOutputStream()), clock)));
  }

  private ServerSocket serve() throws IOException {
    ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    ChannelServer.start(
        coordinator,
        new EvidenceBatcher(TestCoordinator.attester(vendor, initdata), Duration.ZERO, 16),
        listener,
        ChannelLimits.standard());
    return listener;
  }

  @Override
  public Workload entry() {
    return Workload.plain(
        initdata.digest(), "coordinator", "cloister", WorkloadRole.COORDINATOR, List.of(REFERENCE));
  }

  @Override
  public ReferenceValue reference() {
    return TestCoordinator.reference(vendor);
  }

  @Override
  public String address() {
    return socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort();
  }

  @Override
  public Head head() {
    return coordinator.head();
  }

  /** Its VM ends, and another starts from the same store. */
  void restart() throws IOException {
    socket.close();
    coordinator = load();
    socket = serve();
  }

  /** A copy of the store. */
  Path copyStore() throws IOException {
    Path copy = Files.createTempDirectory(store.resolveSibling("."), "copy-");
    copy(store, copy);
    return copy;
  }

  /** Its VM ends, and another starts from a store that the host put back. */
  void restartFrom(Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(store)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    copy(copy, store);
    restart();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> {
            try {
              Path target = to.resolve(from.relativize(file));
              Files.createDirectories(target.resolveSibling("."));
              Files.copy(file, target);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
