package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.rpc.AgentInfo.HelloResponse;
import dev.cloister.rpc.PeerRefusal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/** A VM that runs or has run. Safe for use by any thread. */
public final class Sandbox {

  private static final Duration QMP_LIMIT = Duration.ofSeconds(20);
  private static final Duration EXIT_LIMIT = Duration.ofSeconds(5);

  private final NodeThreads threads;
  private final SandboxStore store;
  private final Console console;
  private final QmpClient qmp;
  private final AgentLink agent;
  private final HostProcess qemu;
  private final CompletableFuture<CloisterException> ended = new CompletableFuture<>();
  private final ReentrantLock plugging = new ReentrantLock();
  private volatile SandboxRecord record;

  Sandbox(
      SandboxRecord record,
      HostProcess qemu,
      SandboxStore store,
      NodeThreads threads,
      Console console,
      QmpClient qmp,
      AgentLink agent) {
    this.record = record;
    this.qemu = qemu;
    this.store = store;
    this.threads = threads;
    this.console = console;
    this.qmp = qmp;
    this.agent = agent;
    threads.start("end-of-" + id(), this::watch);
  }

  /** Its name. */
  public String id() {
    return record.spec().id();
  }

  /** What it was made from. */
  public SandboxSpec spec() {
    return record.spec();
  }

  /** How it is connected, if it is. */
  public Optional<PodInterface> network() {
    return record.network();
  }

  /** Process number of its QEMU. */
  public long qemuPid() {
    return qemu.pid();
  }

  /** What the launcher measured, 48 bytes. */
  public Bytes launchDigest() {
    return record.launchDigest();
  }

  /** The way to its agent. */
  public AgentLink agent() {
    return agent;
  }

  /** Whether its QEMU still runs. */
  public boolean isRunning() {
    return !ended.isDone();
  }

  /** Done when its QEMU has ended: with the reason, as far as the console tells it. */
  public CompletableFuture<CloisterException> ended() {
    return ended.copy();
  }

  /**
   * Waits for the agent's first answer.
   *
   * @throws CloisterException with {@link NodeError#MACHINE_ENDED} and the console's telling lines,
   *     or {@link NodeError#AGENT_SILENT}
   */
  public HelloResponse awaitAgent(Duration limit) {
    FutureTask<HelloResponse> hello =
        threads.task("hello-" + id(), () -> agent.calls(limit).hello());
    CompletableFuture<Object> first = new CompletableFuture<>();
    threads.start("await-" + id(), () -> settle(first, hello));
    CompletableFuture<Void> _ = ended.thenAccept(first::completeExceptionally);
    try {
      first.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return hello.get();
    } catch (TimeoutException e) {
      throw new CloisterException(
          NodeError.AGENT_SILENT,
          id(),
          "no answer in " + limit.toSeconds() + " s; console: " + console.explain(),
          e);
    } catch (ExecutionException e) {
      throw reason(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(NodeError.AGENT_SILENT, id(), "interrupted", e);
    }
  }

  /**
   * Plugs in a further image disk while the VM runs.
   *
   * @throws CloisterException with {@link NodeError#NO_FREE_SLOT} or {@link NodeError#QMP_FAILED}
   */
  public void plug(ImageDisk disk) {
    plugging.lock();
    try {
      int slot = record.plugged().size() + 1;
      if (hasDisk(disk)) {
        return;
      }
      if (slot > spec().hotplugSlots()) {
        throw new CloisterException(
            NodeError.NO_FREE_SLOT, id(), "all " + spec().hotplugSlots() + " are taken");
      }
      SandboxRecord next = record.plugging(disk);
      store.write(next);
      record = next;
      String node = QemuArguments.node(disk);
      qmp.execute("blockdev-add", QemuArguments.blockdev(node, disk.file()), QMP_LIMIT);
      qmp.execute(
          "device_add",
          Json.object()
              .put("driver", "virtio-blk-pci")
              .put("bus", QemuArguments.port(slot))
              .put("id", "disk-" + disk.serial())
              .put("drive", node)
              .put("serial", disk.serial())
              .build(),
          QMP_LIMIT);
    } finally {
      plugging.unlock();
    }
  }

  /** What it printed on its console. */
  BoundedLog console() {
    return console.log();
  }

  SandboxRecord record() {
    return record;
  }

  void release() {
    agent.close();
    qmp.close();
    console.close();
  }

  private boolean hasDisk(ImageDisk disk) {
    return contains(spec().disks(), disk) || contains(record.plugged(), disk);
  }

  private static boolean contains(List<ImageDisk> disks, ImageDisk wanted) {
    return disks.stream().anyMatch(disk -> disk.serial().equals(wanted.serial()));
  }

  private static void settle(CompletableFuture<Object> first, FutureTask<HelloResponse> hello) {
    try {
      first.complete(hello.get());
    } catch (ExecutionException e) {
      first.completeExceptionally(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      first.completeExceptionally(e);
    }
  }

  /** Where the connection broke because the machine ended, that is the reason. */
  private CloisterException reason(ExecutionException e) {
    CloisterException known =
        e.getCause() instanceof CloisterException failure
            ? failure
            : new CloisterException(
                NodeError.AGENT_UNREACHABLE, id(), String.valueOf(e.getCause()), e);
    if (known instanceof PeerRefusal || known.code() == NodeError.MACHINE_ENDED) {
      return known;
    }
    return ended.copy().completeOnTimeout(known, 2, TimeUnit.SECONDS).join();
  }

  private void watch() {
    try {
      console.ended().join();
      qemu.awaitEnd(EXIT_LIMIT);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    ended.complete(
        new CloisterException(NodeError.MACHINE_ENDED, id(), "console: " + console.explain()));
  }
}
