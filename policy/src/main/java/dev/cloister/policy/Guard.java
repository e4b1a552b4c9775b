package dev.cloister.policy;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The state machine that every request of the host passes: it decides from the policy and from what
 * has happened, and does nothing itself. Each {@code decide} either refuses, with a record of why,
 * or reserves; the agent then acts and commits, or closes the reservation and nothing has happened
 * (but a second round of init containers, once reserved, is not taken back). What ends is told by
 * {@link #exited} and {@link #execExited}, from the agent's own waits and never from a message.
 *
 * <p>Every method may be called by any thread; one lock makes all decisions one after the other.
 */
public final class Guard {

  /** How many refusals are remembered. */
  public static final int MAX_REFUSALS = 64;

  /** Longest grace of {@code CloseSandbox}, milliseconds: ten minutes. */
  public static final long MAX_GRACE_MILLIS = 600_000;

  private static final PodFacts NO_FACTS = new PodFacts("", "", "", "", "", List.of(), List.of());

  private final Object lock = new Object();
  private final PodPolicy policy;
  private final FileVolumes volumes;
  private final Images images;
  private final Instances instances;
  private final Once<PodFacts> facts = new Once<>("sandbox", NO_FACTS);
  private final Once<Grants.Network> network =
      new Once<>(
          "network",
          new Grants.Network(List.of(), List.of(), Grants.Endpoint.NONE, Grants.Endpoint.NONE));
  private final Once<Resolver> resolver = new Once<>("resolver", Resolver.EMPTY);
  private final Once<List<ServiceLink>> links = new Once<>("serviceLinks", List.of());
  private final Deque<Refusal> refusals = new ArrayDeque<>();
  private boolean closing;
  private boolean closed;
  private long sequence;

  /** A guard of a pod of which nothing has happened yet. */
  public Guard(PodPolicy policy) {
    this.policy = policy;
    this.volumes = new FileVolumes(policy);
    this.images = new Images(policy);
    this.instances = new Instances(policy);
  }

  /** The policy that this guard keeps. */
  public PodPolicy policy() {
    return policy;
  }

  /** Opens the pod; grants its facts. */
  public Decision<PodFacts> decide(HostRequest.OpenSandbox request) {
    synchronized (lock) {
      try {
        requireNotClosing();
        return facts.reserve(lock, SandboxChecks.facts(policy, request));
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Sets the network; grants it, checked. */
  public Decision<Grants.Network> decide(HostRequest.SetNetwork request) {
    synchronized (lock) {
      try {
        requireBeforeContainers();
        return network.reserve(lock, AddressChecks.network(policy, facts.value(), request));
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Takes another hint where the Coordinator is, where the policy joins one. */
  public Decision<Grants.Endpoint> decide(HostRequest.SetCoordinator request) {
    synchronized (lock) {
      try {
        requireOpen();
        Denied.unless(
            network.isDone(), PolicyError.PHASE, "sandbox", "SetNetwork before this", "nothing");
        return allowed(
            AddressChecks.coordinator(policy, facts.value(), request.address(), "address"));
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Sets name servers and cluster domain. */
  public Decision<Resolver> decide(HostRequest.SetResolver request) {
    synchronized (lock) {
      try {
        requireBeforeContainers();
        return resolver.reserve(lock, SandboxChecks.resolver(policy, facts.value(), request));
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Sets service links, where the policy opens them. */
  public Decision<List<ServiceLink>> decide(HostRequest.SetServiceLinks request) {
    synchronized (lock) {
      try {
        requireBeforeContainers();
        return links.reserve(lock, SandboxChecks.links(policy, request));
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Fills a file volume; grants its whole content. */
  public Decision<Grants.FileSet> decide(HostRequest.PutFiles request) {
    synchronized (lock) {
      try {
        requireOpen();
        return volumes.reserve(lock, request, facts.value());
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Attaches an image's disk; grants the pin to open it with. */
  public Decision<ImagePin> decide(HostRequest.AttachImage request) {
    synchronized (lock) {
      try {
        requireOpen();
        return images.reserve(lock, request);
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Attaches a volume's disk: this version knows no such volume, and refuses. */
  public Decision<Volume> decide(HostRequest.AttachVolume request) {
    synchronized (lock) {
      try {
        requireOpen();
        throw new Denied(
            PolicyError.VOLUME,
            "volume",
            "a declared block volume",
            Grammar.shown(request.volume()));
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Makes an instance; grants the container to compose. */
  public Decision<ContainerPolicy> decide(HostRequest.Create request) {
    synchronized (lock) {
      try {
        requireNetworked();
        ContainerPolicy container = instances.checkCreate(request);
        images.checkAttached(container);
        volumes.checkFilled(container);
        return instances.reserveCreate(lock, request, container);
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Starts a created instance. */
  public Decision<ContainerPolicy> decide(HostRequest.Start request) {
    synchronized (lock) {
      try {
        requireNetworked();
        return instances.reserveStart(lock, request);
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Runs a listed command. */
  public Decision<Grants.Command> decide(HostRequest.Exec request) {
    synchronized (lock) {
      try {
        requireNetworked();
        Instances.Entry entry = instances.find(request.instance());
        ProcessChecks.requireRunning(entry);
        return entry.execs.reserve(lock, request);
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Sends a signal. */
  public Decision<Signal> decide(HostRequest.SendSignal request) {
    synchronized (lock) {
      try {
        Instances.Entry entry = instances.find(request.target().instance());
        boolean appsAlive = !closing && !instances.aliveApps().isEmpty();
        return allowed(ProcessChecks.signal(entry, request, appsAlive));
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Waits for an end. */
  public Decision<Instance> decide(HostRequest.Wait request) {
    synchronized (lock) {
      try {
        Instances.Entry entry = instances.find(request.target().instance());
        ProcessChecks.requireKnown(entry, request.target());
        return allowed(entry.toInstance());
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Closes standard input. */
  public Decision<Instance> decide(HostRequest.CloseStdin request) {
    synchronized (lock) {
      try {
        Instances.Entry entry = instances.find(request.target().instance());
        ProcessChecks.requireStdin(entry, request.target());
        return allowed(entry.toInstance());
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Resizes a terminal. */
  public Decision<Grants.Terminal> decide(HostRequest.ResizeTerminal request) {
    synchronized (lock) {
      try {
        Instances.Entry entry = instances.find(request.target().instance());
        return allowed(ProcessChecks.terminal(entry, request));
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Changes limits within the policy's range. */
  public Decision<Grants.Limits> decide(HostRequest.ResizeResources request) {
    synchronized (lock) {
      try {
        requireNetworked();
        return allowed(ProcessChecks.limits(instances.find(request.instance()), request));
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /** Forgets an instance that has exited or never started. */
  public Decision<Instance> decide(HostRequest.Remove request) {
    synchronized (lock) {
      try {
        return instances.reserveRemove(lock, request);
      } catch (Denied denied) {
        return refused(request, denied);
      }
    }
  }

  /**
   * Stops everything; grants the grace in milliseconds, cut to {@link #MAX_GRACE_MILLIS}. From here
   * on nothing starts, whether this is committed or not; it may be asked again.
   */
  public Decision<Long> decide(HostRequest.CloseSandbox request) {
    synchronized (lock) {
      closing = true;
      long grace = Math.clamp(request.graceMillis(), 0, MAX_GRACE_MILLIS);
      return new Decision.Allowed<>(grace, new Closing(this));
    }
  }

  /**
   * The agent's own wait saw the instance end.
   *
   * @param exitCode 0 to 255, 128 and the signal's number where a signal ended it
   * @return instances that the agent must now kill: the apps, where a required sidecar ended while
   *     the pod is not being closed
   */
  public List<InstanceId> exited(InstanceId instance, int exitCode) {
    synchronized (lock) {
      List<InstanceId> apps = instances.exited(instance, exitCode);
      return closing ? List.of() : apps;
    }
  }

  /** The agent's own wait saw a listed command end. */
  public void execExited(InstanceId instance, ExecId exec) {
    synchronized (lock) {
      instances.execExited(instance, exec);
    }
  }

  /** How far the pod has come. */
  public Phase phase() {
    synchronized (lock) {
      if (closing) {
        return closed ? Phase.CLOSED : Phase.CLOSING;
      }
      if (!facts.isDone()) {
        return Phase.BOOT;
      }
      if (!network.isDone()) {
        return Phase.OPENED;
      }
      if (!instances.anyEver()) {
        return Phase.NETWORKED;
      }
      return instances.isInitialized() ? Phase.RUNNING : Phase.INIT;
    }
  }

  /**
   * What the composer takes from the host.
   *
   * @throws CloisterException with {@link PolicyError#PHASE} before the pod was opened
   */
  public HostInputs inputs() {
    synchronized (lock) {
      if (!facts.isDone()) {
        throw new CloisterException(PolicyError.PHASE, "sandbox", "it has not been opened");
      }
      return new HostInputs(facts.value(), resolver.value(), links.value());
    }
  }

  /** All instances that have not been removed, in the order in which they were made. */
  public List<Instance> instances() {
    synchronized (lock) {
      return instances.list();
    }
  }

  /** The latest refusals, {@link #MAX_REFUSALS} at most, with a sequence number above the given. */
  public List<Refusal> refusalsAfter(long after) {
    synchronized (lock) {
      List<Refusal> later = new ArrayList<>();
      for (Refusal refusal : refusals) {
        if (refusal.sequence() > after) {
          later.add(refusal);
        }
      }
      return List.copyOf(later);
    }
  }

  /**
   * Records a refusal that was made outside the guard: by a decoder, or by the agent's own checks.
   */
  public Refusal record(String operation, CloisterException cause) {
    synchronized (lock) {
      return remember(
          new Refusal(++sequence, operation, cause.code(), cause.where(), "", cause.detail()));
    }
  }

  private Refusal remember(Refusal refusal) {
    if (refusals.size() == MAX_REFUSALS) {
      refusals.removeFirst();
    }
    refusals.addLast(refusal);
    return refusal;
  }

  private <T> Decision<T> refused(HostRequest request, Denied denied) {
    return new Decision.Refused<>(remember(denied.toRefusal(++sequence, request.operation())));
  }

  private <T> Decision<T> allowed(T grant) {
    return new Decision.Allowed<>(grant, new Reservation.Nothing(lock));
  }

  private void requireNotClosing() {
    Denied.unless(!closing, PolicyError.PHASE, "sandbox", "an open pod", "it is being closed");
  }

  private void requireOpen() {
    requireNotClosing();
    Denied.unless(
        facts.isDone(), PolicyError.PHASE, "sandbox", "OpenSandbox before this", "nothing");
  }

  private void requireBeforeContainers() {
    requireOpen();
    Denied.unless(
        !instances.anyEver(),
        PolicyError.PHASE,
        "sandbox",
        "this before the first container",
        "a container");
  }

  private void requireNetworked() {
    requireOpen();
    Denied.unless(
        network.isDone(), PolicyError.PHASE, "sandbox", "SetNetwork before this", "nothing");
    Denied.unless(
        !resolver.isReserved() && !links.isReserved(), PolicyError.BUSY, "sandbox", "", "");
  }

  /** The pod that is being closed. */
  private static final class Closing extends Reservation {
    private final Guard guard;

    Closing(Guard guard) {
      super(guard.lock);
      this.guard = guard;
    }

    @Override
    void apply() {
      guard.closed = true;
    }

    @Override
    void undo() {}
  }
}
