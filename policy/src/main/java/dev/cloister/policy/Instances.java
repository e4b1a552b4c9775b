package dev.cloister.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The instances of the pod's containers: who may be made, started and removed, in which order and
 * how often. Everything here runs under the guard's lock.
 */
final class Instances {

  /** Most instances that the table holds; exited ones count until they are removed. */
  static final int MAX_INSTANCES = 256;

  private final PodPolicy policy;
  private final Map<InstanceId, Entry> entries = new LinkedHashMap<>();
  private final Map<String, Progress> progress = new HashMap<>();

  Instances(PodPolicy policy) {
    this.policy = policy;
    for (ContainerPolicy container : policy.containers()) {
      progress.put(container.name(), new Progress());
    }
  }

  /** What has become of a container in this round of init containers. */
  private static final class Progress {
    int starts;
    int lastExit;
    boolean succeeded;
    boolean everRan;
  }

  /** One instance. */
  static final class Entry {
    final InstanceId id;
    final ContainerPolicy container;
    final Execs execs;
    Instance.State state = Instance.State.RESERVED;
    int exitCode;
    boolean removing;

    Entry(InstanceId id, ContainerPolicy container) {
      this.id = id;
      this.container = container;
      this.execs = new Execs(container);
    }

    Instance toInstance() {
      return new Instance(id, container.name(), state, exitCode);
    }

    String path() {
      return "containers[" + container.name() + "]";
    }
  }

  boolean anyEver() {
    if (!entries.isEmpty()) {
      return true;
    }
    for (Progress one : progress.values()) {
      if (one.everRan) {
        return true;
      }
    }
    return false;
  }

  List<Instance> list() {
    List<Instance> list = new ArrayList<>();
    for (Entry entry : entries.values()) {
      list.add(entry.toInstance());
    }
    return List.copyOf(list);
  }

  Entry find(InstanceId id) {
    Entry entry = entries.get(id);
    if (entry == null) {
      throw new Denied(
          PolicyError.INSTANCE, "instance", "a known instance", Grammar.shown(id.value()));
    }
    Denied.unless(!entry.removing, PolicyError.BUSY, "instance", "", "it is being removed");
    return entry;
  }

  /** The container that may be made now, if all it needs has been supplied. */
  ContainerPolicy checkCreate(HostRequest.Create request) {
    ContainerPolicy container = declared(request.container());
    String id = request.instance().value();
    Denied.unless(
        Grammar.isIdentifier(id),
        PolicyError.IDENTIFIER,
        "instance",
        "an identifier",
        Grammar.shown(id));
    Denied.unless(
        !entries.containsKey(request.instance()),
        PolicyError.IDENTIFIER,
        "instance",
        "a fresh identifier",
        id);
    Denied.unless(
        entries.size() < MAX_INSTANCES,
        PolicyError.STATE,
        "instance",
        "fewer than " + MAX_INSTANCES + " instances; remove those that exited",
        "");
    checkMayRun(container, null);
    return container;
  }

  Decision<ContainerPolicy> reserveCreate(
      Object lock, HostRequest.Create request, ContainerPolicy container) {
    if (of(container).succeeded) {
      forgetInit();
    }
    Entry entry = new Entry(request.instance(), container);
    entries.put(entry.id, entry);
    return new Decision.Allowed<>(container, new Creation(lock, this, entry));
  }

  private ContainerPolicy declared(String name) {
    for (ContainerPolicy container : policy.containers()) {
      if (container.name().equals(name)) {
        return container;
      }
    }
    throw new Denied(
        PolicyError.CONTAINER, "containers", "a declared container", Grammar.shown(name));
  }

  /** From the first init container again: taken back by nothing, so that no app slips between. */
  private void forgetInit() {
    for (ContainerPolicy container : policy.containers()) {
      if (container.role() == Role.INIT) {
        Progress one = of(container);
        one.succeeded = false;
        one.starts = 0;
      }
    }
  }

  Decision<ContainerPolicy> reserveStart(Object lock, HostRequest.Start request) {
    Entry entry = find(request.instance());
    Denied.unless(
        entry.state == Instance.State.CREATED,
        PolicyError.STATE,
        entry.path(),
        "created",
        entry.state.word());
    checkMayRun(entry.container, entry);
    entry.state = Instance.State.STARTING;
    return new Decision.Allowed<>(entry.container, new Starting(lock, this, entry));
  }

  private void started(Entry entry) {
    Progress one = of(entry.container);
    one.starts++;
    one.everRan = true;
    if (entry.state == Instance.State.STARTING) {
      entry.state = Instance.State.RUNNING;
    } else {
      recordExit(entry);
    }
  }

  Decision<Instance> reserveRemove(Object lock, HostRequest.Remove request) {
    Entry entry = find(request.instance());
    boolean still = entry.state == Instance.State.EXITED || entry.state == Instance.State.CREATED;
    Denied.unless(still, PolicyError.STATE, entry.path(), "exited or created", entry.state.word());
    entry.removing = true;
    return new Decision.Allowed<>(entry.toInstance(), new Removal(lock, this, entry));
  }

  /** The agent saw the instance end. Answers what must be stopped because of it. */
  List<InstanceId> exited(InstanceId id, int exitCode) {
    Entry entry = entries.get(id);
    if (entry == null || entry.state == Instance.State.EXITED) {
      return List.of();
    }
    boolean ran = entry.state == Instance.State.RUNNING;
    entry.state = Instance.State.EXITED;
    entry.exitCode = exitCode;
    if (ran) {
      recordExit(entry);
    }
    return entry.container.required() ? aliveApps() : List.of();
  }

  void execExited(InstanceId id, ExecId exec) {
    Entry entry = entries.get(id);
    if (entry != null) {
      entry.execs.exited(exec);
    }
  }

  private void recordExit(Entry entry) {
    Progress one = of(entry.container);
    one.lastExit = entry.exitCode;
    one.succeeded = entry.container.role() == Role.INIT && entry.exitCode == 0;
  }

  List<InstanceId> aliveApps() {
    List<InstanceId> apps = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.container.role() == Role.APP && entry.state.isAlive()) {
        apps.add(entry.id);
      }
    }
    return List.copyOf(apps);
  }

  private void checkMayRun(ContainerPolicy container, @Nullable Entry self) {
    String path = "containers[" + container.name() + "]";
    for (Entry entry : entries.values()) {
      boolean other = !isSame(entry, self) && isSame(entry.container, container);
      Denied.unless(
          !other || !entry.state.isAlive(),
          PolicyError.LIVE,
          path,
          "no living instance",
          entry.id + " is " + entry.state.word());
    }
    checkOrder(container, path);
    checkRestart(container, self, path);
  }

  private void checkOrder(ContainerPolicy container, String path) {
    for (ContainerPolicy earlier : policy.containers()) {
      if (isSame(earlier, container)) {
        return;
      }
      boolean done =
          switch (earlier.role()) {
            case INIT -> of(earlier).succeeded;
            case SIDECAR -> isRunning(earlier);
            case APP -> true;
          };
      String wanted = earlier.role() == Role.INIT ? " to have succeeded" : " to be running";
      Denied.unless(
          done, PolicyError.ORDER, path, earlier.name() + wanted, "it is " + shown(earlier));
    }
  }

  private void checkRestart(ContainerPolicy container, @Nullable Entry self, String path) {
    Progress one = of(container);
    if (one.succeeded) {
      Denied.unless(
          mayRerun(container, self),
          PolicyError.RESTART,
          path,
          "one success",
          "it has succeeded already");
      return;
    }
    boolean allowed =
        switch (container.restart()) {
          case ALWAYS -> true;
          case ON_FAILURE -> one.starts == 0 || one.lastExit != 0;
          case NEVER -> one.starts == 0;
        };
    Denied.unless(
        allowed,
        PolicyError.RESTART,
        path,
        "restart " + container.restart().word(),
        "it exited with " + one.lastExit);
  }

  /** Back to the first init container, where nothing is alive that started after it. */
  private boolean mayRerun(ContainerPolicy container, @Nullable Entry self) {
    if (policy.pod().initRerun() == InitRerun.NEVER || !isFirstInit(container)) {
      return false;
    }
    for (ContainerPolicy other : policy.containers()) {
      if (other.role() == Role.INIT && other.restart() == RestartPolicy.NEVER) {
        return false;
      }
    }
    for (Entry entry : entries.values()) {
      if (!isSame(entry, self) && entry.state.isAlive() && !isBefore(entry.container, container)) {
        return false;
      }
    }
    return true;
  }

  private boolean isFirstInit(ContainerPolicy container) {
    for (ContainerPolicy other : policy.containers()) {
      if (other.role() == Role.INIT) {
        return isSame(other, container);
      }
    }
    return false;
  }

  private boolean isBefore(ContainerPolicy one, ContainerPolicy other) {
    for (ContainerPolicy container : policy.containers()) {
      if (isSame(container, one) || isSame(container, other)) {
        return isSame(container, one) && !isSame(one, other);
      }
    }
    return false;
  }

  private boolean isRunning(ContainerPolicy container) {
    for (Entry entry : entries.values()) {
      if (isSame(entry.container, container) && entry.state == Instance.State.RUNNING) {
        return true;
      }
    }
    return false;
  }

  private String shown(ContainerPolicy container) {
    for (Entry entry : entries.values()) {
      if (isSame(entry.container, container) && entry.state.isAlive()) {
        return entry.state.word();
      }
    }
    return of(container).starts == 0 ? "not started" : "exited with " + of(container).lastExit;
  }

  /** Whether all init containers have succeeded and all sidecars run or have run. */
  boolean isInitialized() {
    for (ContainerPolicy container : policy.containers()) {
      Progress one = of(container);
      boolean open =
          (container.role() == Role.INIT && !one.succeeded)
              || (container.role() == Role.SIDECAR && !one.everRan);
      if (open) {
        return false;
      }
    }
    return true;
  }

  /** Names are unique in a pod. */
  private static boolean isSame(ContainerPolicy one, ContainerPolicy other) {
    return one.name().equals(other.name());
  }

  private static boolean isSame(Entry one, @Nullable Entry other) {
    return other != null && one.id.equals(other.id);
  }

  private Progress of(ContainerPolicy container) {
    return java.util.Objects.requireNonNull(progress.get(container.name()));
  }

  /** An instance that is being made. */
  private static final class Creation extends Reservation {
    private final Instances table;
    private final Entry entry;

    Creation(Object lock, Instances table, Entry entry) {
      super(lock);
      this.table = table;
      this.entry = entry;
    }

    @Override
    void apply() {
      if (entry.state == Instance.State.RESERVED) {
        entry.state = Instance.State.CREATED;
      }
    }

    @Override
    void undo() {
      table.entries.remove(entry.id);
    }
  }

  /** An instance that is being started. */
  private static final class Starting extends Reservation {
    private final Instances table;
    private final Entry entry;

    Starting(Object lock, Instances table, Entry entry) {
      super(lock);
      this.table = table;
      this.entry = entry;
    }

    @Override
    void apply() {
      table.started(entry);
    }

    @Override
    void undo() {
      if (entry.state == Instance.State.STARTING) {
        entry.state = Instance.State.CREATED;
      }
    }
  }

  /** An instance that is being forgotten. */
  private static final class Removal extends Reservation {
    private final Instances table;
    private final Entry entry;

    Removal(Object lock, Instances table, Entry entry) {
      super(lock);
      this.table = table;
      this.entry = entry;
    }

    @Override
    void apply() {
      table.entries.remove(entry.id);
    }

    @Override
    void undo() {
      entry.removing = false;
    }
  }
}
