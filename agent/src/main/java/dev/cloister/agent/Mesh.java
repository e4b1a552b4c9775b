package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.IpAddress;
import dev.cloister.policy.Resolver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The pod's mesh (design D3, D10): brings what each join says into force, in the order rules,
 * proxy, hosts files. What the proxy refuses leaves in force what was, and is said in the pod's
 * status. A generation whose grace is over is dropped here, by the monotonic clock, and with it
 * every connection that it stood for. Safe for any thread; changes come one after the other.
 */
final class Mesh {

  /** What the mesh changes around the proxy. */
  interface Surroundings {
    /** Puts rules into force. */
    void rules(MeshRules rules);

    /** The pod's addresses. */
    List<IpAddress> podIps();

    /** Adds lines to the hosts files of all containers, those to come as well. */
    void hosts(String lines);
  }

  private final boolean wanted;
  private final MeshProxy proxy;
  private final Surroundings surroundings;
  private final MeshAddresses addresses = new MeshAddresses();
  private final Map<Bytes, Long> deadlines = new HashMap<>();
  private final Set<Bytes> dropped = new HashSet<>();
  private final ReentrantLock changing = new ReentrantLock(true);
  private final Condition changed = changing.newCondition();
  private Resolver resolver = Resolver.EMPTY;
  private @Nullable MeshUpdate newest;
  private boolean up;
  private String reason;

  /**
   * A mesh of which nothing is in force.
   *
   * @param wanted whether the pod joins; where not, there is none
   */
  Mesh(boolean wanted, MeshProxy proxy, Surroundings surroundings) {
    this.wanted = wanted;
    this.reason = wanted ? "the pod has not joined yet" : "";
    this.proxy = proxy;
    this.surroundings = surroundings;
  }

  /** The host says whom to ask for other pods. */
  void resolver(Resolver said) {
    changing.lock();
    try {
      resolver = said;
      if (newest != null) {
        apply(newest);
      }
    } finally {
      changing.unlock();
    }
  }

  /** A join says this. */
  void update(MeshUpdate update) {
    changing.lock();
    try {
      boolean first = newest == null;
      newest = update;
      mind(update);
      apply(update);
      if (first) {
        AgentThreads.start("mesh-grace", this::watchGrace);
      }
      changed.signalAll();
    } finally {
      changing.unlock();
    }
  }

  /** Every generation but the newest has its grace from when it was first seen so. */
  private void mind(MeshUpdate update) {
    long end = System.nanoTime() + update.grace().toNanos();
    List<MeshGeneration> older = update.generations().subList(1, update.generations().size());
    for (MeshGeneration generation : older) {
      deadlines.putIfAbsent(generation.certificate(), end);
    }
  }

  private void apply(MeshUpdate update) {
    try {
      List<MeshGeneration> accepted = new ArrayList<>();
      for (MeshGeneration generation : update.generations()) {
        if (!dropped.contains(generation.certificate())) {
          accepted.add(generation);
        }
      }
      MeshPlan plan = MeshPlan.of(update.graph(), addresses, resolver.clusterDomain());
      List<IpAddress> servers = resolver.nameServers();
      surroundings.rules(MeshRules.of(plan, surroundings.podIps(), servers));
      proxy.apply(plan, update.credentials(), accepted, servers);
      surroundings.hosts(plan.hostsLines());
      up = true;
      reason = "";
    } catch (CloisterException e) {
      reason = String.valueOf(e.getMessage());
      Console.say("mesh: " + reason);
    }
    changed.signalAll();
  }

  private void watchGrace() {
    changing.lock();
    try {
      while (true) {
        long left = nextEnd() - System.nanoTime();
        if (left > 0) {
          changed.awaitNanos(left);
        } else {
          dropExpired();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      changing.unlock();
    }
  }

  private long nextEnd() {
    long next = System.nanoTime() + Duration.ofHours(1).toNanos();
    for (Map.Entry<Bytes, Long> one : deadlines.entrySet()) {
      if (!dropped.contains(one.getKey())) {
        next = Math.min(next, one.getValue());
      }
    }
    return next;
  }

  private void dropExpired() {
    long now = System.nanoTime();
    deadlines.forEach((certificate, end) -> {
      if (end - now <= 0) {
        dropped.add(certificate);
      }
    });
    if (newest != null) {
      apply(newest);
    }
  }

  /**
   * Lets containers start only behind the mesh.
   *
   * @param millis how long to wait for it
   * @throws CloisterException with {@link AgentError#MESH} and why it takes so long
   */
  void requireUp(long millis) {
    changing.lock();
    try {
      long left = millis * 1_000_000;
      while (!up && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (!up) {
        throw new CloisterException(AgentError.MESH, "mesh", reason);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(AgentError.MESH, "mesh", "interrupted", e);
    } finally {
      changing.unlock();
    }
  }

  /**
   * What is in force of it: {@code none}, {@code waiting}, {@code up}, {@code failing} or {@code
   * down}.
   */
  String state() {
    changing.lock();
    try {
      if (!up) {
        return wanted ? "waiting" : "none";
      }
      return !proxy.isAlive() ? "down" : reason.isEmpty() ? "up" : "failing";
    } finally {
      changing.unlock();
    }
  }

  /** Why it is not up, or not as the newest join says. */
  String reason() {
    changing.lock();
    try {
      return reason;
    } finally {
      changing.unlock();
    }
  }

  /** The pod's identity name, once it has joined. */
  String self() {
    changing.lock();
    try {
      return newest == null ? "" : newest.graph().identity().toString();
    } finally {
      changing.unlock();
    }
  }

  /** How often the proxy has been started. */
  int proxyStarts() {
    return proxy.process().starts();
  }
}
