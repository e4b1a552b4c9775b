package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A host that asks for anything at any time, and a world of its own that knows which processes
 * really run: whatever the guard allowed, the invariants hold in that world.
 */
class GuardModelTest {

  private static final int HOSTS = 300;
  private static final int REQUESTS = 600;

  /** What really happened, told only by commits and exits. */
  private static final class World {
    final PodPolicy policy;
    final Map<String, Integer> runs = new HashMap<>();
    final Map<String, String> alive = new HashMap<>();
    final Set<String> running = new HashSet<>();
    final Set<String> succeeded = new HashSet<>();
    final Map<String, Integer> lastExit = new HashMap<>();
    boolean networked;
    boolean opened;
    boolean closing;

    World(PodPolicy policy) {
      this.policy = policy;
    }

    void started(ContainerPolicy container, String instance) {
      String name = container.name();
      assertThat(opened && networked && !closing).as("phase").isTrue();
      assertThat(running).as("never two live instances of " + name).doesNotContain(name);
      for (ContainerPolicy earlier : policy.containers()) {
        if (earlier.name().equals(name)) {
          break;
        }
        if (earlier.role() == Role.INIT) {
          assertThat(succeeded).as(name + " after success of init").contains(earlier.name());
        }
        if (earlier.role() == Role.SIDECAR) {
          assertThat(running).as(name + " beside its sidecar").contains(earlier.name());
        }
      }
      int before = runs.merge(name, 1, Integer::sum) - 1;
      if (container.restart() == RestartPolicy.NEVER) {
        assertThat(before).as(name + " runs once").isZero();
      }
      if (container.restart() == RestartPolicy.ON_FAILURE && container.role() == Role.APP) {
        assertThat(before == 0 || lastExit.getOrDefault(name, 0) != 0).as(name).isTrue();
      }
      running.add(name);
      assertThat(alive.get(instance)).isEqualTo(name);
    }

    void beginsInitAgain() {
      assertThat(policy.pod().initRerun()).isEqualTo(InitRerun.WHEN_STOPPED);
      for (ContainerPolicy container : policy.containers()) {
        if (container.role() != Role.SIDECAR) {
          assertThat(running).as("nothing alive at rerun").doesNotContain(container.name());
        }
        if (container.role() == Role.INIT) {
          succeeded.remove(container.name());
        }
      }
    }

    void exited(ContainerPolicy container, int code) {
      running.remove(container.name());
      lastExit.put(container.name(), code);
      if (container.role() == Role.INIT && code == 0) {
        succeeded.add(container.name());
      }
    }
  }

  /** A hostile host with its own random choices. */
  private static final class Host {
    final Random random;
    final World world;
    final Guard guard;
    final List<String> containers = new ArrayList<>(List.of("evil", ""));
    int allowed;
    int appsKilled;

    Host(long seed, PodPolicy policy) {
      this.random = new Random(seed);
      this.world = new World(policy);
      this.guard = new Guard(policy);
      for (ContainerPolicy container : policy.containers()) {
        containers.add(container.name());
      }
    }

    private String pick(List<String> from) {
      return from.get(random.nextInt(from.size()));
    }

    private InstanceId instance() {
      return new InstanceId("i" + random.nextInt(8));
    }

    /** Commits or rolls back; says whether it was committed. */
    private <T> boolean settle(Decision<T> decision) {
      if (!(decision instanceof Decision.Allowed<T> permitted)) {
        return false;
      }
      allowed++;
      boolean commit = random.nextInt(5) > 0;
      if (commit) {
        permitted.reservation().commit();
      }
      permitted.reservation().close();
      return commit;
    }

    void act() {
      switch (random.nextInt(18)) {
        case 0 -> world.opened |= settle(guard.decide(GuardTest.OPEN));
        case 1 -> world.networked |= settle(guard.decide(GuardTest.NETWORK));
        case 2 -> settle(guard.decide(GuardTest.RESOLVER));
        case 3 -> settle(guard.decide(GuardTest.files(random.nextInt(50))));
        case 4 ->
            settle(guard.decide(GuardTest.disk(pick(List.of(Policies.ROOT_A, Policies.ROOT_B)))));
        case 5, 6, 7 -> create();
        case 8, 9, 11 -> start();
        case 10, 13 -> exit();
        case 12, 14, 15 -> remove();
        default -> other();
      }
    }

    private void create() {
      InstanceId id = instance();
      String name = random.nextBoolean() ? pick(containers) : nextInOrder();
      boolean again = world.succeeded.contains(name);
      Decision<ContainerPolicy> decision = guard.decide(new HostRequest.Create(name, id));
      if (decision instanceof Decision.Allowed<ContainerPolicy> permitted) {
        assertThat(permitted.grant()).isEqualTo(world.policy.container(name));
        if (again) {
          world.beginsInitAgain();
        }
      }
      if (settle(decision)) {
        assertThat(world.alive).doesNotContainValue(name).doesNotContainKey(id.value());
        world.alive.put(id.value(), name);
      }
    }

    /** What an honest host would make next: so that the random one comes far, too. */
    private String nextInOrder() {
      for (ContainerPolicy container : world.policy.containers()) {
        String name = container.name();
        if (!world.alive.containsValue(name) && !world.succeeded.contains(name)) {
          return name;
        }
      }
      return "";
    }

    private void start() {
      InstanceId id = instance();
      Decision<ContainerPolicy> decision = guard.decide(new HostRequest.Start(id));
      if (decision instanceof Decision.Allowed<ContainerPolicy> permitted) {
        boolean early = random.nextInt(6) == 0;
        if (settle(decision)) {
          world.started(permitted.grant(), id.value());
          if (early) {
            exit(id);
          }
        }
      }
    }

    private void exit() {
      InstanceId id = instance();
      String name = world.alive.get(id.value());
      boolean init = name != null && world.policy.container(name).role() == Role.INIT;
      if (init || random.nextInt(3) == 0) {
        exit(id);
      }
    }

    private void exit(InstanceId id) {
      String name = world.alive.remove(id.value());
      if (name != null) {
        int code = random.nextInt(3);
        boolean ran = world.running.contains(name);
        List<InstanceId> victims = guard.exited(id, code);
        ContainerPolicy container = world.policy.container(name);
        if (ran) {
          world.exited(container, code);
        }
        appsKilled += victims.size();
        for (InstanceId victim : victims) {
          exit(victim);
        }
        if (container.required() && !world.closing) {
          for (ContainerPolicy app : world.policy.containers()) {
            boolean lives = app.role() == Role.APP && world.running.contains(app.name());
            assertThat(lives).as("an app outlives its required sidecar").isFalse();
          }
        }
      }
    }

    private void remove() {
      InstanceId id = instance();
      boolean running =
          world.alive.containsKey(id.value())
              && world.running.contains(world.alive.get(id.value()));
      if (settle(guard.decide(new HostRequest.Remove(id)))) {
        assertThat(running).as("a running instance is forgotten").isFalse();
        world.alive.remove(id.value());
      }
    }

    private void other() {
      InstanceId id = instance();
      switch (random.nextInt(6)) {
        case 0 -> {
          Decision<Grants.Command> decision =
              guard.decide(
                  new HostRequest.Exec(
                      id,
                      new ExecId("x" + random.nextInt(100)),
                      random.nextBoolean() ? List.of("/bin/ok", "-q") : List.of("/bin/sh"),
                      false,
                      false));
          if (decision instanceof Decision.Allowed<Grants.Command> permitted) {
            assertThat(permitted.grant().command().argv()).containsExactly("/bin/ok", "-q");
            assertThat(world.running).contains(permitted.grant().container().name());
          }
          settle(decision);
        }
        case 1 -> settle(guard.decide(new HostRequest.SendSignal(Target.of(id.value(), ""), 9)));
        case 2 -> settle(guard.decide(new HostRequest.ResizeResources(id, 500, 0)));
        case 3 -> settle(guard.decide(new HostRequest.AttachVolume("x", "scratch")));
        case 4 ->
            settle(
                guard.decide(
                    new HostRequest.PutFiles("config", 99, Map.of("app.conf", Bytes.EMPTY))));
        default -> {
          if (random.nextInt(20) == 0) {
            guard.decide(new HostRequest.CloseSandbox(0)).orThrow();
            world.closing = true;
          }
        }
      }
    }
  }

  private static PodPolicy policy(int kind) {
    ContainerPolicy setup = Policies.container("setup", Role.INIT, RestartPolicy.ON_FAILURE);
    ContainerPolicy proxy = Policies.container("proxy", Role.SIDECAR, RestartPolicy.ALWAYS);
    ContainerPolicy late = Policies.container("late", Role.INIT, RestartPolicy.ON_FAILURE);
    ContainerPolicy once = Policies.container("once", Role.INIT, RestartPolicy.NEVER);
    ContainerPolicy web = Policies.container("web", Role.APP, RestartPolicy.ALWAYS);
    ContainerPolicy job = Policies.container("job", Role.APP, RestartPolicy.ON_FAILURE);
    ContainerPolicy single = Policies.container("single", Role.APP, RestartPolicy.NEVER);
    ContainerPolicy watch = Policies.variant(proxy, true, false);
    return switch (kind) {
      case 0 -> Policies.pod();
      case 1 -> Policies.pod(InitRerun.WHEN_STOPPED, proxy, setup, late, web, job);
      case 2 -> Policies.pod(InitRerun.NEVER, setup, watch, late, web, single);
      case 3 -> Policies.pod(InitRerun.WHEN_STOPPED, once, web);
      default -> Policies.pod(InitRerun.WHEN_STOPPED, web, single, job);
    };
  }

  @Test
  void keepsItsInvariantsUnderAnyHost() {
    int allowed = 0;
    int appsKilled = 0;
    Map<String, Integer> runs = new HashMap<>();
    for (int seed = 0; seed < HOSTS; seed++) {
      Host host = new Host(seed, policy(seed % 5));
      for (int i = 0; i < REQUESTS; i++) {
        host.act();
        checkStatus(host);
      }
      allowed += host.allowed;
      appsKilled += host.appsKilled;
      host.world.runs.forEach((name, count) -> runs.merge(name, count, Integer::sum));
    }
    assertThat(allowed).isGreaterThan(HOSTS * 10);
    assertThat(appsKilled).as("required sidecars that ended before the apps").isPositive();
    assertThat(runs.keySet()).contains("setup", "proxy", "late", "once", "web", "job", "single");
  }

  /** What the guard tells of itself agrees with the world. */
  private static void checkStatus(Host host) {
    Set<String> running = new HashSet<>();
    for (Instance instance : host.guard.instances()) {
      if (instance.state() == Instance.State.RUNNING) {
        assertThat(running.add(instance.container())).isTrue();
      }
    }
    assertThat(running).isEqualTo(host.world.running);
  }
}
