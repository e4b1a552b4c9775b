package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Initdata;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.Role;
import dev.cloister.rpc.AgentInfo;
import dev.cloister.rpc.AgentInfo.GetStatusRequest;
import dev.cloister.rpc.AgentInfo.Instance;
import dev.cloister.rpc.AgentSandbox.CloseSandboxRequest;
import dev.cloister.rpc.NodePods;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A pod of the local frontend, which plays kubelet for it: images, VM, facts of the pod, containers
 * in their order. One thread takes it from phase to phase; any thread looks at it or stops it.
 */
final class LocalPod {

  private static final Duration STATUS_LIMIT = Duration.ofSeconds(3);
  private static final Duration CLOSE_GRACE = Duration.ofSeconds(10);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);

  private final LocalPods pods;
  private final Membership membership;
  private final CompletableFuture<Boolean> settled = new CompletableFuture<>();
  private volatile PodOrder order;
  private volatile PodPhase phase = PodPhase.PREPARING;
  private volatile String reason = "";
  private volatile List<PodContainer> containers = List.of();
  private volatile @Nullable Thread thread;
  private volatile @Nullable PodExec exec;

  LocalPod(LocalPods pods, PodOrder order) {
    this.pods = pods;
    this.order = order;
    this.membership = Membership.of(order);
    order
        .end()
        .ifPresent(end -> {
          phase = end.phase();
          reason = end.reason();
          settled.complete(true);
        });
  }

  PodOrder order() {
    return order;
  }

  PodPhase phase() {
    return phase;
  }

  /** What it is to its deployment. */
  Membership membership() {
    return membership;
  }

  /** Whether this is the pod with that id. */
  boolean isCalled(String id) {
    return order.id().equals(id);
  }

  /** Its addresses while its VM runs. */
  List<String> ips() {
    return pods.sandboxes()
        .find(order.id())
        .flatMap(Sandbox::network)
        .map(PodInterface::ips)
        .orElse(List.of());
  }

  /** Whether it runs, and all its apps serve as far as their probes say. */
  boolean isReady() {
    return phase == PodPhase.RUNNING && apps().stream().allMatch(PodContainer::isReady);
  }

  /** Takes the pod from the beginning, or on from where a former daemon left it. */
  void start(boolean adopted) {
    thread = pods.threads().start("pod-" + order.id(), () -> run(adopted));
  }

  NodePods.Pod view() {
    Optional<Sandbox> sandbox = pods.sandboxes().find(order.id());
    return new NodePods.Pod(
        order.id(),
        order.name(),
        order.namespace(),
        phase.word(),
        reason,
        ips(),
        containers.stream().map(PodContainer::view).toList(),
        order.initdata().sha256(),
        order.startedMillis(),
        sandbox.map(Sandbox::qemuPid).orElse(0L),
        join());
  }

  /** What the agent says about its join; what it cannot say now is unknown. */
  private AgentInfo.Join join() {
    boolean answers = phase == PodPhase.STARTING || phase == PodPhase.RUNNING;
    if (!membership.joins() || !answers) {
      return AgentInfo.Join.UNKNOWN;
    }
    try {
      return sandbox()
          .agent()
          .calls(STATUS_LIMIT)
          .getStatus(new GetStatusRequest(Long.MAX_VALUE))
          .join();
    } catch (CloisterException e) {
      return AgentInfo.Join.UNKNOWN;
    }
  }

  /** Ends it and removes everything of it but its record. */
  void stop() {
    phase = PodPhase.STOPPING;
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
    closeAgent();
    pods.sandboxes().stop(order.id());
    containers.forEach(container -> container.log().close());
  }

  PodContainer container(String name) {
    return findContainer(name)
        .orElseThrow(() ->
            new CloisterException(
                NodeError.NO_SUCH_CONTAINER, order.fullName(), "no container is called " + name));
  }

  Optional<PodContainer> findContainer(String name) {
    return containers.stream().filter(container -> container.name().equals(name)).findFirst();
  }

  /** What the initdata says; a pod of which no record could be read has none. */
  PodPolicy policy() {
    return PodPolicy.parse(Initdata.parse(order.initdata()).policy());
  }

  /** What runs commands in it. */
  PodExec exec() {
    PodExec current = exec;
    if (current == null) {
      throw new CloisterException(
          NodeError.NOT_RUNNING, order.fullName(), "it is " + phase.word() + " " + reason);
    }
    return current;
  }

  Sandbox sandbox() {
    return pods.sandboxes()
        .find(order.id())
        .orElseThrow(() ->
            new CloisterException(
                NodeError.NOT_RUNNING, order.fullName(), "it is " + phase.word() + " " + reason));
  }

  private void run(boolean adopted) {
    try {
      PodPolicy policy = policy();
      List<Instance> known = adopted ? takeOver() : List.of();
      Sandbox sandbox;
      if (known.isEmpty()) {
        sandbox = boot(policy);
        new PodSetup(pods.settings(), order, policy, sandbox, pods.coordinators().around(this))
            .run();
      } else {
        sandbox = sandbox();
      }
      phase = PodPhase.STARTING;
      prepare(policy, sandbox);
      pods.coordinators().changed(this);
      bringUp(sandbox, known);
      finish(awaitApps(sandbox));
    } catch (CloisterException e) {
      if (phase != PodPhase.STOPPING) {
        end(PodPhase.FAILED, String.valueOf(e.getMessage()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the agent of a VM that ran on knows; a VM that had not come to a container is ended. */
  private List<Instance> takeOver() {
    phase = PodPhase.BOOTING;
    Sandbox sandbox = sandbox();
    sandbox.awaitAgent(pods.settings().agentTimeout());
    List<Instance> known =
        sandbox
            .agent()
            .calls(PodContainer.CALL_LIMIT)
            .getStatus(new GetStatusRequest(0))
            .instances();
    if (known.isEmpty()) {
      pods.sandboxes().stop(order.id());
    }
    return known;
  }

  private Sandbox boot(PodPolicy policy) {
    SandboxSpec spec = new PodSpec(pods.settings(), order, policy).make(pods.images());
    phase = PodPhase.BOOTING;
    Sandbox sandbox = pods.sandboxes().start(spec);
    sandbox.awaitAgent(pods.settings().agentTimeout());
    return sandbox;
  }

  private void prepare(PodPolicy policy, Sandbox sandbox) {
    PodExec commands =
        new PodExec(sandbox.agent(), pods.threads(), pods.clock().millis() & 0xffff_ffffL);
    List<PodContainer> made = new ArrayList<>();
    for (ContainerPolicy container : policy.containers()) {
      ContainerLog log =
          new ContainerLog(
              pods.logFile(order.id(), container.name()),
              container.logs(),
              sandbox.agent(),
              pods.threads(),
              pods.log());
      made.add(
          new PodContainer(
              container, sandbox.agent(), log, commands, pods.threads(), pods.clock()));
    }
    exec = commands;
    containers = List.copyOf(made);
  }

  /** Init containers to their end and sidecars to their start, in order; then all apps. */
  private void bringUp(Sandbox sandbox, List<Instance> known) throws InterruptedException {
    for (PodContainer container : containers) {
      pods.threads().start("container-" + container.name(), () -> container.run(known));
      switch (container.role()) {
        case INIT -> {
          int code = await(sandbox, container.finished());
          if (code != 0) {
            throw new CloisterException(
                NodeError.CONTAINER_FAILED,
                container.name(),
                "the init container ended with " + code);
          }
        }
        case SIDECAR -> await(sandbox, container.started());
        case APP -> {
          // All apps start side by side.
        }
      }
    }
    for (PodContainer app : apps()) {
      await(sandbox, app.started());
    }
    phase = PodPhase.RUNNING;
    reason = "";
    pods.log().event("pod-running", order.id(), order.fullName());
  }

  /** The exit codes of the apps, once none will run again. */
  private List<Integer> awaitApps(Sandbox sandbox) throws InterruptedException {
    List<Integer> codes = new ArrayList<>();
    for (PodContainer app : apps()) {
      codes.add(await(sandbox, app.finished()));
    }
    return codes;
  }

  private List<PodContainer> apps() {
    return containers.stream().filter(container -> container.role() == Role.APP).toList();
  }

  /** Waits for either, since a container of a machine that has ended is never done. */
  private <T> T await(Sandbox sandbox, CompletableFuture<T> wanted) throws InterruptedException {
    try {
      CompletableFuture<Object> first = CompletableFuture.anyOf(wanted, sandbox.ended());
      while (!first.isDone()) {
        waitFor(first);
      }
      if (wanted.isDone() && !wanted.isCompletedExceptionally()) {
        return wanted.join();
      }
      CloisterException ended = sandbox.ended().completeOnTimeout(null, 2, TimeUnit.SECONDS).join();
      if (ended != null) {
        throw ended;
      }
      return wanted.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof CloisterException known) {
        throw known;
      }
      throw e;
    }
  }

  private static void waitFor(CompletableFuture<Object> first) throws InterruptedException {
    try {
      first.get(1, TimeUnit.HOURS);
    } catch (TimeoutException | java.util.concurrent.ExecutionException _) {
      // Looked at by the caller.
    }
  }

  private void finish(List<Integer> codes) {
    boolean good = codes.stream().allMatch(code -> code == 0);
    closeAgent();
    end(good ? PodPhase.SUCCEEDED : PodPhase.FAILED, good ? "" : "exit codes " + codes);
  }

  /** Asks the agent to stop everything; a VM that does not is ended anyway. */
  private void closeAgent() {
    Optional<Sandbox> sandbox = pods.sandboxes().find(order.id());
    if (sandbox.isEmpty() || exec == null || !sandbox.get().isRunning()) {
      return;
    }
    try {
      sandbox
          .get()
          .agent()
          .calls(CLOSE_LIMIT)
          .closeSandbox(new CloseSandboxRequest((int) CLOSE_GRACE.toMillis()));
      CloisterException unused =
          sandbox.get().ended().completeOnTimeout(null, 5, TimeUnit.SECONDS).join();
      pods.log().event("agent-closed", order.id(), unused == null ? "still runs" : "off");
    } catch (CloisterException e) {
      pods.log().failure("close", order.id(), e);
    }
  }

  private void end(PodPhase last, String why) {
    pods.log().event("pod-ended", order.id(), last.word() + " " + why);
    try {
      pods.sandboxes().stop(order.id());
    } catch (CloisterException e) {
      pods.log().failure("stop", order.id(), e);
    }
    containers.forEach(container -> container.log().close());
    order = order.ended(last, why);
    pods.write(order);
    reason = why;
    phase = last;
    settled.complete(true);
    pods.coordinators().changed(this);
  }

  /** The initdata that this host passed. */
  Bytes initdata() {
    return order.initdata();
  }
}
