package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.ExecPolicy;
import dev.cloister.policy.Release;
import dev.cloister.policy.Role;
import dev.cloister.rpc.AgentContainers.CreateRequest;
import dev.cloister.rpc.AgentContainers.RemoveRequest;
import dev.cloister.rpc.AgentContainers.StartRequest;
import dev.cloister.rpc.AgentContainers.WaitRequest;
import dev.cloister.rpc.AgentInfo.Instance;
import dev.cloister.rpc.NodePods;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One container of a pod: it is created, started, waited for and started again as its restart
 * policy says. Instances are called {@code <container>-<attempt>}; the latest stays known to the
 * agent, so that a daemon that starts later sees how far it is. One thread runs it; any thread
 * looks at it.
 */
final class PodContainer {

  /** Long enough for crun under emulation with other load. */
  static final Duration CALL_LIMIT = Duration.ofSeconds(60);

  /** The agent answers Wait when the instance ends, which may be never. */
  private static final Duration WAIT_LIMIT = Duration.ofDays(3650);

  private static final Duration PROBE_PERIOD = Duration.ofSeconds(5);
  private static final String READINESS = "readinessProbe";

  /** The agent's codes for a pod that has not joined yet, or whose mesh is not up. */
  private static final Set<String> WAITS = Set.of("CL-AGT-011", "CL-AGT-018");

  private final ContainerPolicy policy;
  private final AgentLink agent;
  private final ContainerLog log;
  private final PodExec exec;
  private final NodeThreads threads;
  private final InstantSource clock;
  private final RestartBackoff backoff = new RestartBackoff();
  private final CompletableFuture<Boolean> started = new CompletableFuture<>();
  private final CompletableFuture<Integer> finished = new CompletableFuture<>();
  private volatile String state = "waiting";
  private volatile String reason = "";
  private volatile int attempt;
  private volatile int exitCode;
  private volatile boolean ready;

  PodContainer(
      ContainerPolicy policy,
      AgentLink agent,
      ContainerLog log,
      PodExec exec,
      NodeThreads threads,
      InstantSource clock) {
    this.policy = policy;
    this.agent = agent;
    this.log = log;
    this.exec = exec;
    this.threads = threads;
    this.clock = clock;
  }

  String name() {
    return policy.name();
  }

  Role role() {
    return policy.role();
  }

  ContainerLog log() {
    return log;
  }

  /** Done when its first instance runs, or failed with the reason why it cannot. */
  CompletableFuture<Boolean> started() {
    return started.copy();
  }

  /** Done with the last exit code when it will not run again. */
  CompletableFuture<Integer> finished() {
    return finished.copy();
  }

  /** The instance that is meant by commands of people. */
  String instance() {
    return policy.name() + "-" + attempt;
  }

  /** The commands that its policy lists. */
  List<ExecPolicy> commands() {
    return policy.exec();
  }

  boolean isRunning() {
    return state.equals("running");
  }

  /** Whether it runs and its readiness command, if it has one, succeeds. */
  boolean isReady() {
    return ready;
  }

  NodePods.Container view() {
    return new NodePods.Container(
        policy.name(), policy.role().word(), state, exitCode, attempt, ready, reason);
  }

  /**
   * Runs it until it will not run again.
   *
   * @param known what the agent knew of its instances when the daemon took the pod over
   */
  void run(List<Instance> known) {
    Optional<Instance> latest = latest(known);
    try {
      if (latest.isEmpty()) {
        begin();
      } else {
        resume(latest.get());
      }
      while (true) {
        Duration ran = awaitExit();
        if (!runsAgain()) {
          break;
        }
        pause(ran);
        again();
      }
      finished.complete(exitCode);
    } catch (CloisterException e) {
      fail(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void begin() {
    agent.calls(CALL_LIMIT).create(new CreateRequest(policy.name(), instance()));
    state = "created";
    go();
  }

  private void go() {
    log.follow(instance());
    startOnceJoined();
    runs();
  }

  /** The agent starts nothing before the pod has joined, and says why that takes so long. */
  private void startOnceJoined() {
    while (true) {
      try {
        agent.calls(CALL_LIMIT).start(new StartRequest(instance()));
        return;
      } catch (CloisterException e) {
        if (!WAITS.contains(e.code().code())) {
          throw e;
        }
        reason = String.valueOf(e.getMessage());
      }
    }
  }

  private void runs() {
    state = "running";
    reason = "";
    started.complete(true);
    watchReadiness(attempt);
  }

  private void resume(Instance instance) {
    attempt = attemptOf(instance);
    switch (instance.state()) {
      case "created" -> {
        state = "created";
        go();
      }
      case "running" -> {
        log.follow(instance());
        runs();
      }
      case "exited" -> {
        state = "exited";
        started.complete(true);
      }
      default -> begin();
    }
  }

  private void again() {
    String former = instance();
    int next = attempt + 1;
    attempt = next;
    agent.calls(CALL_LIMIT).create(new CreateRequest(policy.name(), instance()));
    agent.calls(CALL_LIMIT).remove(new RemoveRequest(former));
    state = "created";
    go();
  }

  /** Waits for the end of the instance; says how long it ran. */
  private Duration awaitExit() {
    long begin = clock.millis();
    exitCode = agent.calls(WAIT_LIMIT).await(new WaitRequest(instance(), "")).exitCode();
    state = "exited";
    ready = false;
    reason = exitCode == 0 ? "Completed" : "Error: exit code " + exitCode;
    log.settle();
    return Duration.ofMillis(clock.millis() - begin);
  }

  private boolean runsAgain() {
    return switch (policy.restart()) {
      case ALWAYS -> true;
      case ON_FAILURE -> exitCode != 0;
      case NEVER -> false;
    };
  }

  private void pause(Duration ran) throws InterruptedException {
    Duration pause = backoff.after(ran);
    if (!pause.isZero()) {
      state = "waiting";
      reason =
          "back-off of %d s before the next start; last exit code %d"
              .formatted(pause.toSeconds(), exitCode);
      Thread.sleep(pause);
    }
  }

  private void fail(CloisterException e) {
    reason = String.valueOf(e.getMessage());
    state = state.equals("running") ? "exited" : state;
    ready = false;
    started.completeExceptionally(e);
    finished.completeExceptionally(e);
  }

  private void watchReadiness(int watched) {
    Optional<ExecPolicy> probe =
        policy.exec().stream().filter(command -> command.id().equals(READINESS)).findFirst();
    if (probe.isEmpty()) {
      ready = true;
      return;
    }
    threads.start("ready-" + instance(), () -> probe(probe.get(), watched));
  }

  private void probe(ExecPolicy probe, int watched) {
    try {
      while (attempt == watched && isRunning()) {
        boolean good =
            exec.run(instance(), probe.argv(), probe.output() == Release.HOST).exitCode() == 0;
        ready = good && isRunning() && attempt == watched;
        reason = good ? "" : "the readiness command fails";
        Thread.sleep(good ? PROBE_PERIOD : Duration.ofSeconds(1));
      }
    } catch (CloisterException e) {
      reason = "readiness: " + e.getMessage();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Instance> latest(List<Instance> known) {
    Optional<Instance> latest = Optional.empty();
    for (Instance instance : known) {
      if (instance.container().equals(policy.name())
          && (latest.isEmpty() || attemptOf(instance) > attemptOf(latest.get()))) {
        latest = Optional.of(instance);
      }
    }
    return latest;
  }

  private static int attemptOf(Instance instance) {
    String id = instance.instance();
    String digits = id.substring(id.lastIndexOf('-') + 1);
    return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
  }
}
