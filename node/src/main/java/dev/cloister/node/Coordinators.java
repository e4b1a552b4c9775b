package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.AgentSandbox.SetCoordinatorRequest;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Which pod of a deployment is its Coordinator on this node: the newest that runs. Pods that join
 * are told so, and told again when it is another; the Coordinator gets the store. All of it is a
 * hint that pods check.
 *
 * <p>Safe for use by any thread.
 */
final class Coordinators {

  private static final int CHANNEL_PORT = 7443;

  private final Supplier<Collection<LocalPod>> pods;
  private final StoreServer store;
  private final NodeThreads threads;
  private final EventLog log;
  private final Map<String, String> told = new HashMap<>();
  private final ReentrantLock telling = new ReentrantLock();

  Coordinators(
      Supplier<Collection<LocalPod>> pods,
      NodeSettings settings,
      NodeThreads threads,
      EventLog log) {
    this.pods = pods;
    this.threads = threads;
    this.log = log;
    this.store =
        new StoreServer(
            new StoreFiles(settings.directories().state().resolve("store")),
            settings.network().range().gateway(),
            StoreServer.PORT,
            threads,
            this::pinOfCoordinator);
  }

  /** What a pod is told before its first container. */
  PodSetup.Surroundings around(LocalPod pod) {
    Membership membership = pod.membership();
    return new PodSetup.Surroundings(
        membership.joins() ? address(membership.pin()) : "",
        membership.coordinator() ? store.open() : "");
  }

  /** The deployment of the Coordinator that has this address. */
  private Optional<String> pinOfCoordinator(String ip) {
    return pods.get().stream()
        .filter(pod -> pod.membership().coordinator() && pod.ips().contains(ip))
        .map(pod -> pod.membership().pin())
        .findFirst();
  }

  /** Where the Coordinator of a deployment is, or the empty text. */
  private String address(String pin) {
    String address = "";
    long newest = -1;
    for (LocalPod pod : pods.get()) {
      boolean serves = pod.phase() == PodPhase.STARTING || pod.phase() == PodPhase.RUNNING;
      if (pod.membership().coordinator()
          && pod.membership().pin().equals(pin)
          && serves
          && pod.order().startedMillis() > newest
          && !pod.ips().isEmpty()) {
        newest = pod.order().startedMillis();
        address = pod.ips().getFirst() + ":" + CHANNEL_PORT;
      }
    }
    return address;
  }

  /** A pod came up or went: whoever joins its deployment's Coordinator may have to know. */
  void changed(LocalPod pod) {
    if (pod.membership().coordinator() || pod.membership().joins()) {
      String pin = pod.membership().pin();
      threads.start("coordinator-hints", () -> tellAll(pin));
    }
    if (needsStore(pod)) {
      serveStore(pod);
    } else if (pods.get().stream().noneMatch(Coordinators::needsStore)) {
      store.close();
    }
  }

  /** A Coordinator that was adopted from a former daemon has to find its store again. */
  private void serveStore(LocalPod pod) {
    try {
      store.open();
    } catch (CloisterException e) {
      log.failure("store", pod.order().id(), e);
    }
  }

  private static boolean needsStore(LocalPod pod) {
    return pod.membership().coordinator()
        && !pod.phase().isFinal()
        && pod.phase() != PodPhase.STOPPING;
  }

  /** Whether a Coordinator of the deployment boots, or is being adopted. */
  private boolean isComing(String pin) {
    return pods.get().stream()
        .anyMatch(pod -> needsStore(pod) && pod.membership().pin().equals(pin));
  }

  private void tellAll(String pin) {
    telling.lock();
    try {
      String address = address(pin);
      if (address.isEmpty() && isComing(pin)) {
        // It tells itself when it is there; until then pods keep what they know.
        return;
      }
      for (LocalPod pod : pods.get()) {
        boolean listens = pod.phase() == PodPhase.STARTING || pod.phase() == PodPhase.RUNNING;
        if (listens && pod.membership().joins() && pod.membership().pin().equals(pin)) {
          tell(pod, address);
        }
      }
      told.keySet().removeIf(id -> pods.get().stream().noneMatch(pod -> pod.isCalled(id)));
    } finally {
      telling.unlock();
    }
  }

  private void tell(LocalPod pod, String address) {
    String id = pod.order().id();
    if (address.equals(told.get(id))) {
      return;
    }
    try {
      pod.sandbox()
          .agent()
          .calls(PodContainer.CALL_LIMIT)
          .setCoordinator(new SetCoordinatorRequest(address));
      told.put(id, address);
      log.event("coordinator-told", id, address);
    } catch (CloisterException e) {
      // The next change tells it; a pod that does not answer has its own trouble.
      told.remove(id);
      log.failure("tell-coordinator", id, e);
    }
  }

  /** Ends the store's listening. */
  void close() {
    store.close();
  }
}
