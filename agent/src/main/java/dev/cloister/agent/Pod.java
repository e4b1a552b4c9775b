package dev.cloister.agent;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.policy.Composer;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.Decision;
import dev.cloister.policy.ExecId;
import dev.cloister.policy.Grants;
import dev.cloister.policy.Guard;
import dev.cloister.policy.HostRequest;
import dev.cloister.policy.ImagePin;
import dev.cloister.policy.Instance;
import dev.cloister.policy.InstanceId;
import dev.cloister.policy.PodFacts;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.Release;
import dev.cloister.policy.Reservation;
import dev.cloister.policy.Resolver;
import dev.cloister.policy.ServiceLink;
import dev.cloister.policy.Signal;
import dev.cloister.policy.Target;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The pod: what the guard allows is done here, in the order check, reserve, act, commit; what fails
 * is taken back. Safe for any thread; what changes the guest as a whole is done one after the
 * other.
 */
final class Pod {

  private static final long DISK_WAIT_MILLIS = 10_000;
  private static final int EXEC_OUTPUT_BYTES = 1024 * 1024;
  private static final long KILL_MILLIS = 5_000;

  /** How long one call of the host waits for the join; it may ask again. */
  private static final long JOIN_WAIT_MILLIS = 20_000;

  private final Guard guard;
  private final PodNetwork network;
  private final VerityDisks disks;
  private final PodVolumes volumes;
  private final Containers containers;
  private final Membership membership;
  private final PodIdentity identity;
  private final InPods inPods;
  private final MeshJournal journal = new MeshJournal(InstantSource.system());
  private final Mesh mesh;
  private final Runs runs = new Runs();
  private final ReentrantLock acting = new ReentrantLock(true);

  /**
   * @param directory the agent's own, in guest memory
   * @param identity what the pod is and can prove
   */
  Pod(PodPolicy policy, Machine machine, String directory, PodIdentity identity) {
    SmallFile.makeDirectory(directory);
    this.membership = new Membership(policy.pod().join());
    this.identity = identity;
    this.inPods = new InPods(identity, membership);
    this.guard = new Guard(policy);
    HostsFiles hosts = new HostsFiles();
    this.network = new PodNetwork(machine, policy, directory, hosts);
    this.mesh =
        new Mesh(
            policy.pod().join(),
            new MeshProxy(List.of("haproxy"), directory + "/mesh", new MeshTraffic(journal)),
            network);
    this.disks = new VerityDisks(machine, directory + "/images");
    this.volumes = new PodVolumes(policy, directory + "/volumes");
    this.containers =
        new Containers(policy, disks, volumes, inPods, hosts, directory + "/containers");
  }

  Guard guard() {
    return guard;
  }

  Runs runs() {
    return runs;
  }

  Membership membership() {
    return membership;
  }

  Mesh mesh() {
    return mesh;
  }

  MeshJournal journal() {
    return journal;
  }

  /** Drops everything that comes and goes, once the kernel's modules are there. */
  void closeNetwork() {
    network.close();
  }

  void open(HostRequest.OpenSandbox request) {
    Decision.Allowed<PodFacts> allowed = guard.decide(request).orThrow();
    act(allowed.reservation(), new OpenAction(network, allowed.grant()));
  }

  void connect(HostRequest.SetNetwork request) {
    Decision.Allowed<Grants.Network> allowed = guard.decide(request).orThrow();
    PodFacts facts = guard.inputs().facts();
    act(allowed.reservation(), new ConnectAction(network, allowed.grant(), facts));
    inPods.store(allowed.grant().store());
    membership.coordinator(allowed.grant().coordinator());
    if (membership.joins()) {
      AgentThreads.start("metrics", () -> MeshMetrics.serve(mesh, journal));
      AgentThreads.start(
          "join",
          new Joining(
              identity.initdata(),
              identity.attester(),
              membership,
              mesh::update,
              InstantSource.system()));
    }
  }

  /** The Coordinator is said to be elsewhere: the agent may connect there, and nowhere else. */
  void coordinator(HostRequest.SetCoordinator request) {
    Decision.Allowed<Grants.Endpoint> allowed = guard.decide(request).orThrow();
    act(allowed.reservation(), new HintAction(network, membership, allowed.grant()));
  }

  void setResolver(HostRequest.SetResolver request) {
    Decision.Allowed<Resolver> allowed = guard.decide(request).orThrow();
    allowed.reservation().commit();
    mesh.resolver(allowed.grant());
  }

  void setServiceLinks(HostRequest.SetServiceLinks request) {
    Decision.Allowed<List<ServiceLink>> allowed = guard.decide(request).orThrow();
    allowed.reservation().commit();
  }

  void put(HostRequest.PutFiles request) {
    Decision.Allowed<Grants.FileSet> allowed = guard.decide(request).orThrow();
    act(allowed.reservation(), new PutAction(volumes, allowed.grant()));
  }

  void attach(HostRequest.AttachImage request) {
    Decision.Allowed<ImagePin> allowed = guard.decide(request).orThrow();
    act(allowed.reservation(), new AttachAction(disks, allowed.grant()));
  }

  /** What is done between reserving and committing. */
  private interface Action {
    void run();
  }

  private record OpenAction(PodNetwork network, PodFacts facts) implements Action {
    @Override
    public void run() {
      network.makeNamespaces(facts);
    }
  }

  private record ConnectAction(PodNetwork network, Grants.Network grant, PodFacts facts)
      implements Action {
    @Override
    public void run() {
      network.connect(grant, facts);
    }
  }

  private record HintAction(PodNetwork network, Membership membership, Grants.Endpoint coordinator)
      implements Action {
    @Override
    public void run() {
      network.open(coordinator);
      membership.coordinator(coordinator);
    }
  }

  private record PutAction(PodVolumes volumes, Grants.FileSet files) implements Action {
    @Override
    public void run() {
      volumes.put(files);
    }
  }

  private record AttachAction(VerityDisks disks, ImagePin pin) implements Action {
    @Override
    public void run() {
      disks.open(pin, DISK_WAIT_MILLIS);
    }
  }

  private void act(Reservation reservation, Action action) {
    try (reservation) {
      acting.lock();
      try {
        action.run();
      } finally {
        acting.unlock();
      }
      reservation.commit();
    }
  }

  void create(HostRequest.Create request) {
    Decision.Allowed<ContainerPolicy> allowed = guard.decide(request).orThrow();
    ContainerRun run;
    try (Reservation reservation = allowed.reservation()) {
      acting.lock();
      try {
        run = containers.create(request.instance(), allowed.grant(), guard.inputs());
      } finally {
        acting.unlock();
      }
      runs.add(run);
      reservation.commit();
    }
    AgentThreads.start("wait", new Waiting(this, run));
  }

  /** Starts an instance; nothing starts before the pod has joined, where its policy says so. */
  void start(HostRequest.Start request) {
    membership.requireJoined(JOIN_WAIT_MILLIS);
    if (membership.joins()) {
      mesh.requireUp(JOIN_WAIT_MILLIS);
    }
    Decision.Allowed<ContainerPolicy> allowed = guard.decide(request).orThrow();
    try (Reservation reservation = allowed.reservation()) {
      ContainerRun run = runs.get(request.instance());
      run.started(System.currentTimeMillis());
      containers.start(run);
      reservation.commit();
    }
  }

  /** Waits for the first process of an instance. */
  private record Waiting(Pod pod, ContainerRun container) implements Runnable {
    @Override
    public void run() {
      int code = Kernel.await(container.pid());
      List<InstanceId> toKill = pod.guard.exited(container.id(), code);
      container.ending().end(code, System.currentTimeMillis());
      for (InstanceId app : toKill) {
        Console.say("a required sidecar has ended: stopping " + app);
        pod.kill(pod.runs.get(app), Signal.KILL);
      }
    }
  }

  private void kill(ContainerRun run, Signal signal) {
    if (run.ending().millis() == 0) {
      Kernel.kill(run.pid(), signal.number());
    }
  }

  /** Waits for the end of an instance or a command; gives exit code and time. */
  Ending await(HostRequest.Wait request) {
    Decision.Allowed<Instance> allowed = guard.decide(request).orThrow();
    allowed.reservation().commit();
    if (request.target() instanceof Target.Command command) {
      return runs.command(command.instance(), command.exec().value()).ending();
    }
    return runs.get(request.target().instance()).ending();
  }

  void exec(HostRequest.Exec request) {
    Decision.Allowed<Grants.Command> allowed = guard.decide(request).orThrow();
    Grants.Command command = allowed.grant();
    try (Reservation reservation = allowed.reservation()) {
      if (command.command().tty() || command.command().stdin()) {
        throw new CloisterException(
            AgentError.UNSUPPORTED, "exec", "terminals and standard input of commands");
      }
      ContainerRun run = runs.get(request.instance());
      String json =
          JsonWriter.canonical(
              Composer.execProcess(command.container(), command.command(), guard.inputs()));
      String key = run.nextCommand();
      Process process = containers.exec(run, key, json);
      ContainerRun.CommandRun started =
          new ContainerRun.CommandRun(
              process,
              run.directory() + "/" + key + ".pid",
              new Ending(),
              new OutputBuffer(EXEC_OUTPUT_BYTES, false),
              new OutputBuffer(EXEC_OUTPUT_BYTES, false));
      run.addCommand(request.exec().value(), started);
      boolean shown = command.command().output() == Release.HOST;
      AgentThreads.start("stdout", new CommandOutput(started, true, shown));
      AgentThreads.start("stderr", new CommandOutput(started, false, shown));
      reservation.commit();
      AgentThreads.start("exec", new CommandWaiting(this, run, request.exec(), started));
    }
  }

  /** Drains one stream of a command. */
  private record CommandOutput(ContainerRun.CommandRun command, boolean stdout, boolean shown)
      implements Runnable {
    @Override
    public void run() {
      OutputBuffer buffer = stdout ? command.stdout() : command.stderr();
      if (!shown) {
        buffer.abandon();
      }
      try {
        Process process = command.process();
        OutputPump.pump(stdout ? process.getInputStream() : process.getErrorStream(), buffer);
      } catch (IOException _) {
        buffer.end();
      }
    }
  }

  /** Waits for a command. */
  private record CommandWaiting(
      Pod pod, ContainerRun container, ExecId exec, ContainerRun.CommandRun command)
      implements Runnable {
    @Override
    public void run() {
      int code = 255;
      try {
        code = command.process().waitFor();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      pod.guard.execExited(container.id(), exec);
      command.ending().end(code, System.currentTimeMillis());
    }
  }

  void signal(HostRequest.SendSignal request) {
    Decision.Allowed<Signal> allowed = guard.decide(request).orThrow();
    if (request.target() instanceof Target.Command command) {
      signal(command, allowed.grant());
    } else {
      kill(runs.get(request.target().instance()), allowed.grant());
    }
    allowed.reservation().commit();
  }

  private void signal(Target.Command target, Signal signal) {
    ContainerRun.CommandRun command = runs.command(target.instance(), target.exec().value());
    String pid = SmallFile.readOrEmpty(command.pidFile());
    if (command.ending().millis() == 0 && !pid.isEmpty()) {
      Kernel.kill(Integer.parseInt(pid), signal.number());
    }
  }

  void resize(HostRequest.ResizeResources request) {
    Decision.Allowed<Grants.Limits> allowed = guard.decide(request).orThrow();
    String cgroup = cgroup(runs.get(request.instance()));
    if (allowed.grant().memoryMib() > 0) {
      SmallFile.write(cgroup + "/memory.max", ((long) allowed.grant().memoryMib() << 20) + "");
    }
    if (allowed.grant().cpuMilli() > 0) {
      SmallFile.write(cgroup + "/cpu.max", allowed.grant().cpuMilli() * 100L + " 100000");
    }
    allowed.reservation().commit();
  }

  static String cgroup(ContainerRun run) {
    return "/sys/fs/cgroup/pod/" + run.name();
  }

  void remove(HostRequest.Remove request) {
    Decision.Allowed<Instance> allowed = guard.decide(request).orThrow();
    try (Reservation reservation = allowed.reservation()) {
      containers.discard(runs.get(request.instance()));
      runs.remove(request.instance());
      reservation.commit();
    }
  }

  /** Stops everything: each container gets its own signal, and after the grace the last one. */
  void close(HostRequest.CloseSandbox request) {
    Decision.Allowed<Long> allowed = guard.decide(request).orThrow();
    try (Reservation reservation = allowed.reservation()) {
      List<ContainerRun> all = runs.all();
      for (ContainerRun run : all) {
        kill(run, run.policy().stopSignal());
      }
      if (!haveEnded(all, allowed.grant())) {
        for (ContainerRun run : all) {
          kill(run, Signal.KILL);
        }
        haveEnded(all, KILL_MILLIS);
      }
      reservation.commit();
    }
  }

  private static boolean haveEnded(List<ContainerRun> all, long millis) {
    long end = Agent.monotonicMillis() + millis;
    boolean ended = true;
    try {
      for (ContainerRun run : all) {
        ended &= run.ending().endsWithin(end - Agent.monotonicMillis());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
    return ended;
  }
}
