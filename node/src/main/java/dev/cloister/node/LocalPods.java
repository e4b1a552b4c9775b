package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Initdata;
import dev.cloister.policy.PodPolicy;
import dev.cloister.rpc.NodePods.RunPodRequest;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * The local frontend: the pods that the command line runs on this machine. Safe for use by any
 * thread.
 */
final class LocalPods {

  private static final int MAX_PODS = 64;

  private final NodeSettings settings;
  private final Sandboxes sandboxes;
  private final ImageDisks images;
  private final NodeThreads threads;
  private final EventLog log;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<String, LocalPod> pods = new ConcurrentHashMap<>();
  private final Coordinators coordinators;
  private final NameServer names;

  LocalPods(
      NodeSettings settings,
      Sandboxes sandboxes,
      ImageDisks images,
      NodeThreads threads,
      EventLog log,
      InstantSource clock,
      RandomGenerator random) {
    this.settings = settings;
    this.sandboxes = sandboxes;
    this.images = images;
    this.threads = threads;
    this.log = log;
    this.clock = clock;
    this.random = random;
    this.coordinators = new Coordinators(pods::values, settings, threads, log);
    this.names =
        new NameServer(
            this::named,
            settings.network().range().gateway(),
            NameServer.PORT,
            settings.directories().run(),
            threads,
            log);
  }

  /** The pods that have addresses now, with their names. */
  private List<PodNames> named() {
    return pods.values().stream()
        .filter(pod -> !pod.ips().isEmpty())
        .map(pod -> PodNames.of(pod.order(), pod.ips(), pod.isReady()))
        .toList();
  }

  NameServer names() {
    return names;
  }

  Coordinators coordinators() {
    return coordinators;
  }

  NodeSettings settings() {
    return settings;
  }

  Sandboxes sandboxes() {
    return sandboxes;
  }

  ImageDisks images() {
    return images;
  }

  NodeThreads threads() {
    return threads;
  }

  EventLog log() {
    return log;
  }

  InstantSource clock() {
    return clock;
  }

  Path logFile(String id, String container) {
    return NodeDirectories.makePrivate(settings.directories().podState(id).resolve("logs"))
        .resolve(container + ".log");
  }

  void write(PodOrder order) {
    Path directory = NodeDirectories.makePrivate(settings.directories().podState(order.id()));
    StateFile.write(directory.resolve(PodOrder.FILE), order.toJson());
  }

  /**
   * Takes over what runs on from an earlier daemon. A pod whose VM has gone meanwhile begins anew
   * in another, as kubelet does it.
   */
  void adopt() {
    sandboxes.adopt();
    for (String id : new SandboxStore(settings.directories()).ids()) {
      LocalPod pod = new LocalPod(this, read(id));
      pods.put(id, pod);
      if (!pod.phase().isFinal()) {
        pod.start(sandboxes.find(id).isPresent());
      }
    }
  }

  private PodOrder read(String id) {
    Path file = settings.directories().podState(id).resolve(PodOrder.FILE);
    try {
      Optional<PodOrder> order = StateFile.read(file).map(PodOrder::read);
      return order.orElseThrow(
          () -> new CloisterException(NodeError.STATE_FAILED, file.toString(), "missing"));
    } catch (CloisterException e) {
      log.failure("read-pod", id, e);
      return PodOrder.unreadable(id, e);
    }
  }

  /** Accepts a pod and starts it; what is wrong with the documents is refused at once. */
  synchronized LocalPod run(RunPodRequest request) {
    if (pods.size() >= MAX_PODS) {
      throw new CloisterException(
          NodeError.TOO_MUCH, request.name(), "there are " + MAX_PODS + " pods already");
    }
    byte[] id = new byte[5];
    random.nextBytes(id);
    PodOrder order = PodOrder.of(Bytes.of(id).toHex(), request, clock.millis());
    PodPolicy.parse(Initdata.parse(order.initdata()).policy());
    for (LocalPod pod : pods.values()) {
      if (pod.order().fullName().equals(order.fullName())) {
        throw new CloisterException(
            NodeError.POD_EXISTS, order.fullName(), "it is " + pod.phase().word());
      }
    }
    write(order);
    LocalPod pod = new LocalPod(this, order);
    pods.put(order.id(), pod);
    log.event("pod-accepted", order.id(), order.fullName());
    pod.start(false);
    return pod;
  }

  /** The pods, oldest first. */
  List<LocalPod> list() {
    List<LocalPod> all = new ArrayList<>(pods.values());
    all.sort(
        Comparator.comparingLong((LocalPod pod) -> pod.order().startedMillis())
            .thenComparing(pod -> pod.order().id()));
    return all;
  }

  /** The pod of this id or {@code namespace/name}. */
  LocalPod find(String name) {
    for (LocalPod pod : pods.values()) {
      if (pod.order().id().equals(name) || pod.order().fullName().equals(name)) {
        return pod;
      }
    }
    throw new CloisterException(NodeError.NO_SUCH_POD, name, "no pod has this id or name");
  }

  /** Ends a pod and forgets it. */
  void stop(String name) {
    LocalPod pod = find(name);
    pod.stop();
    StateFile.delete(settings.directories().podState(pod.order().id()));
    pods.remove(pod.order().id());
    coordinators.changed(pod);
    if (pods.isEmpty()) {
      names.refresh();
    }
    log.event("pod-stopped", pod.order().id(), pod.order().fullName());
  }
}
