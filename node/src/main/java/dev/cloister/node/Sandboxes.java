package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.InitdataDisk;
import dev.cloister.rpc.SimulatorMessages.LaunchRequest;
import dev.cloister.rpc.SimulatorMessages.LaunchResponse;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The pod VMs of this node. A sandbox exists from {@link #start} to {@link #stop}; it outlives the
 * daemon, and {@link #adopt} finds it again. Safe for use by any thread; calls for different
 * sandboxes run side by side.
 */
public final class Sandboxes {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);
  private static final Duration EXIT_GRACE = Duration.ofSeconds(3);

  private final NodeDirectories directories;
  private final NodeThreads threads;
  private final EventLog log;
  private final RandomGenerator random;
  private final SandboxStore store;
  private final PodNetwork network;
  private final Launcher launcher;
  private final String qemu;
  private final Supplier<Acceleration> acceleration;
  private final Map<String, Sandbox> running = new ConcurrentHashMap<>();
  private final Set<String> claimed = ConcurrentHashMap.newKeySet();

  Sandboxes(
      NodeDirectories directories,
      NetworkSettings settings,
      String qemu,
      Supplier<Acceleration> acceleration,
      Launcher launcher,
      NodeThreads threads,
      EventLog log,
      RandomGenerator random) {
    this.directories = directories;
    this.threads = threads;
    this.log = log;
    this.random = random;
    this.store = new SandboxStore(directories);
    this.network = new PodNetwork(settings, directories, threads);
    this.qemu = qemu;
    this.acceleration = acceleration;
    this.launcher = launcher;
  }

  /**
   * Starts a VM. When this returns, QEMU runs; the agent answers later. Where anything fails,
   * nothing of the sandbox is left.
   *
   * @throws CloisterException with a code of {@link NodeError} or of the launcher
   */
  public Sandbox start(SandboxSpec spec) {
    if (!claimed.add(spec.id())) {
      throw new CloisterException(NodeError.POD_EXISTS, spec.id(), "it has a sandbox already");
    }
    try {
      store.write(SandboxRecord.preparing(spec));
      Sandbox sandbox = make(spec);
      running.put(spec.id(), sandbox);
      log.event("sandbox-started", spec.id(), "qemu " + sandbox.qemuPid());
      return sandbox;
    } catch (CloisterException e) {
      undo(spec.id(), e);
      throw e;
    }
  }

  /** The sandbox of this name, where it runs or has run. */
  public Optional<Sandbox> find(String id) {
    return Optional.ofNullable(running.get(id));
  }

  /** All sandboxes, by name. */
  public List<Sandbox> list() {
    return new ArrayList<>(new TreeMap<>(running).values());
  }

  /**
   * Ends the VM and removes everything of it: process, network, sockets, record. May be called for
   * what exists in part or not at all.
   *
   * @throws CloisterException with {@link NodeError#LEFT_BEHIND} where something is still there
   */
  public void stop(String id) {
    Sandbox sandbox = running.remove(id);
    if (sandbox != null) {
      store.write(sandbox.record().stopping());
      sandbox.release();
    }
    remove(id);
    claimed.remove(id);
    log.event("sandbox-stopped", id);
  }

  /**
   * Takes over the VMs that run on from an earlier daemon, and removes whatever exists on this
   * machine of others. What cannot be removed is logged and tried again at the next start.
   */
  public List<Sandbox> adopt() {
    for (String id : store.ids()) {
      try {
        Optional<SandboxRecord> record = store.read(id);
        if (record.isPresent()) {
          adoptOrRemove(record.get());
        }
      } catch (CloisterException e) {
        log.failure("adopt", id, e);
        removeLogged(id);
      }
    }
    for (String id : leftBehind()) {
      removeLogged(id);
    }
    network.removeUnused();
    return list();
  }

  /** Lets go of all sandboxes, which run on. */
  void release() {
    running.values().forEach(Sandbox::release);
    running.clear();
  }

  private Sandbox make(SandboxSpec spec) {
    requireFiles(spec);
    Path program = HostProgram.require(qemu);
    Path directory = NodeDirectories.makePrivate(directories.podRun(spec.id()));
    StateFile.write(directory.resolve(QemuArguments.INITDATA), InitdataDisk.write(spec.initdata()));
    Acceleration chosen = acceleration.get();
    Optional<PodInterface> connection =
        spec.network() ? Optional.of(network.connect(spec.id())) : Optional.empty();
    LaunchResponse launched =
        launcher.launch(
            new LaunchRequest(
                spec.id(),
                spec.boot().firmware().toString(),
                spec.boot().kernel().toString(),
                spec.boot().initrd().toString(),
                spec.boot().commandLine(),
                spec.hostData(),
                spec.vcpus(),
                spec.tee(),
                program.toString(),
                QemuArguments.of(spec, directory, chosen, connection),
                spec.network() ? network.entering(spec.id()) : List.of(),
                directory.toString()));
    HostProcess process =
        HostProcess.of(launched.pid())
            .orElseThrow(() -> died(spec.id(), "process " + launched.pid() + " is gone"));
    SandboxRecord record =
        SandboxRecord.preparing(spec).running(process, connection, launched.launchDigest());
    store.write(record);
    return connect(record, process, CONNECT_LIMIT);
  }

  /** Connects to console and control socket of a QEMU, which makes them shortly after its start. */
  private Sandbox connect(SandboxRecord record, HostProcess process, Duration limit) {
    String id = record.spec().id();
    Path directory = directories.podRun(id);
    try {
      awaitSockets(id, process, limit);
      Console console =
          Console.connect(
              directory.resolve(QemuArguments.CONSOLE),
              directories.podState(id).resolve("console.log"),
              threads);
      QmpClient qmp =
          QmpClient.connect(directory.resolve(QemuArguments.QMP), threads, CONNECT_LIMIT);
      AgentLink agent = new AgentLink(directory, threads, random);
      return new Sandbox(record, process, store, threads, console, qmp, agent);
    } catch (IOException e) {
      throw died(id, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw died(id, "interrupted");
    }
  }

  /** The sockets are made in the order of the arguments; once the last listens, all do. */
  private void awaitSockets(String id, HostProcess process, Duration limit)
      throws InterruptedException {
    Path last = directories.podRun(id).resolve(QemuArguments.STREAMS);
    long deadline = System.nanoTime() + limit.toNanos();
    while (!listens(last)) {
      if (!process.isAlive()) {
        throw died(id, "QEMU ended");
      }
      if (System.nanoTime() > deadline) {
        throw died(id, "QEMU made no sockets in " + limit.toSeconds() + " s");
      }
      Thread.sleep(10);
    }
  }

  private static boolean listens(Path socket) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException _) {
      return false;
    }
  }

  private CloisterException died(String id, String what) {
    BoundedLog said = new BoundedLog(directories.podRun(id).resolve("qemu.log"), 1 << 20, 1);
    return new CloisterException(
        NodeError.QEMU_FAILED, id, what + "; it said: " + Console.explain(said.tail(4096)));
  }

  private static void requireFiles(SandboxSpec spec) {
    List<Path> files =
        new ArrayList<>(
            List.of(
                spec.boot().firmware(), spec.boot().kernel(), spec.boot().initrd(), spec.root()));
    spec.disks().forEach(disk -> files.add(disk.file()));
    for (Path file : files) {
      if (!Files.isReadable(file)) {
        throw new CloisterException(NodeError.BAD_SPEC, file.toString(), "no such file");
      }
    }
  }

  private void undo(String id, CloisterException reason) {
    try {
      stop(id);
    } catch (CloisterException e) {
      reason.addSuppressed(e);
      log.failure("undo", id, e);
    }
  }

  private void adoptOrRemove(SandboxRecord record) {
    String id = record.spec().id();
    Optional<HostProcess> process = record.process().filter(HostProcess::isAlive);
    if (record.stage() == SandboxRecord.Stage.RUNNING && process.isPresent()) {
      running.put(id, connect(record, process.get(), CONNECT_LIMIT));
      claimed.add(id);
      log.event("sandbox-adopted", id, "qemu " + process.get().pid());
    } else {
      removeLogged(id);
    }
  }

  private void removeLogged(String id) {
    try {
      remove(id);
      log.event("sandbox-removed", id);
    } catch (CloisterException e) {
      log.failure("remove", id, e);
    }
  }

  /** Everything that carries our mark and belongs to no sandbox. */
  private Set<String> leftBehind() {
    Set<String> ids = new TreeSet<>(network.connected());
    String prefix = directories.podRun("x").getParent() + "/";
    String suffix = "/" + QemuArguments.PID_FILE;
    for (HostProcess process : HostProcess.withArgument(isPidFile(prefix, suffix))) {
      for (String argument : process.arguments()) {
        if (isPidFile(prefix, suffix).test(argument)) {
          ids.add(argument.substring(prefix.length(), argument.length() - suffix.length()));
        }
      }
    }
    try (var entries = Files.newDirectoryStream(directories.run().resolve("pods"))) {
      entries.forEach(entry -> ids.add(entry.getFileName().toString()));
    } catch (IOException e) {
      throw StateFile.failure(directories.run(), e);
    }
    ids.removeAll(running.keySet());
    ids.forEach(id -> log.event("left-behind", id));
    return ids;
  }

  private static java.util.function.Predicate<String> isPidFile(String prefix, String suffix) {
    return argument ->
        argument.startsWith(prefix)
            && argument.endsWith(suffix)
            && argument.length() > prefix.length() + suffix.length();
  }

  /** Removes step by step; a step that fails does not keep the others from being tried. */
  private void remove(String id) {
    List<String> left = new ArrayList<>();
    attempt(left, () -> killAll(id));
    attempt(left, () -> network.disconnect(id));
    attempt(left, () -> StateFile.delete(directories.podRun(id)));
    if (!left.isEmpty()) {
      throw new CloisterException(NodeError.LEFT_BEHIND, id, String.join("; ", left));
    }
    store.delete(id);
    if (network.connected().isEmpty()) {
      network.removeUnused();
    }
  }

  private static void attempt(List<String> left, Runnable step) {
    try {
      step.run();
    } catch (CloisterException e) {
      left.add(String.valueOf(e.getMessage()));
    }
  }

  /** Ends every process that was started with this sandbox's pid file, recorded or not. */
  private void killAll(String id) {
    String pidFile = directories.podRun(id).resolve(QemuArguments.PID_FILE).toString();
    for (HostProcess process : HostProcess.withArgument(pidFile::equals)) {
      try {
        if (!process.kill(EXIT_GRACE)) {
          throw new CloisterException(
              NodeError.LEFT_BEHIND, id, "process " + process.pid() + " does not end");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CloisterException(NodeError.LEFT_BEHIND, id, "interrupted", e);
      }
    }
  }
}
