package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.policy.Grants;
import dev.cloister.rpc.AgentInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the pod stands to its Coordinator: where that is said to be, what the latest join gave, why
 * the latest one failed. Containers wait here for the first join, and their directories get each
 * new certificate. Safe for any thread.
 */
final class Membership {

  private static final int MAX_REASON = 500;

  /** Takes new credentials to where a container sees them. */
  interface Holder {
    /** Puts them in the place of the former ones. */
    void put(Credentials credentials);
  }

  /** How long the parts of a join took, microseconds. */
  record Timing(long waited, long channel, long verify, long issue) {
    static final Timing NONE = new Timing(0, 0, 0, 0);
  }

  private final boolean joins;
  private final List<Holder> holders = new ArrayList<>();
  private final List<Runnable> movers = new ArrayList<>();
  private Grants.Endpoint coordinator = Grants.Endpoint.NONE;
  private @Nullable Credentials credentials;
  private String reason = "";
  private Timing first = Timing.NONE;
  private int count;

  /**
   * @param joins whether the policy wants it; where not, nothing waits
   */
  Membership(boolean joins) {
    this.joins = joins;
    this.reason = joins ? "the network is not there yet" : "";
  }

  /** Whether the policy wants it. */
  boolean joins() {
    return joins;
  }

  /** The host says that the Coordinator is here. */
  void coordinator(Grants.Endpoint said) {
    List<Runnable> told = said(said);
    for (int i = 0; i < told.size(); i++) {
      told.get(i).run();
    }
  }

  private synchronized List<Runnable> said(Grants.Endpoint said) {
    if (credentials == null && joins) {
      reason =
          said.isNone()
              ? "the host knows of no Coordinator of this deployment"
              : "it is about to join at " + said;
    }
    boolean same = said.equals(coordinator);
    coordinator = said;
    notifyAll();
    return same ? List.of() : List.copyOf(movers);
  }

  /** Tells of each other place of the Coordinator. */
  synchronized void whenMoved(Runnable mover) {
    movers.add(mover);
  }

  /** Where the Coordinator is said to be, waiting until it is said. */
  synchronized Grants.Endpoint awaitCoordinator() throws InterruptedException {
    while (coordinator.isNone()) {
      wait();
    }
    return coordinator;
  }

  /** Waits, but not on after the Coordinator is said to be elsewhere than {@code former}. */
  synchronized void pause(Grants.Endpoint former, long millis) throws InterruptedException {
    long end = Agent.monotonicMillis() + millis;
    long left = millis;
    while (left > 0 && coordinator.equals(former)) {
      wait(left);
      left = end - Agent.monotonicMillis();
    }
  }

  /** A join gave these. */
  synchronized void joined(Credentials fresh, Timing timing) {
    for (int i = 0; i < holders.size(); i++) {
      holders.get(i).put(fresh);
    }
    Credentials former = credentials;
    credentials = fresh;
    if (former == null) {
      first = timing;
    } else {
      former.close();
    }
    count++;
    reason = "";
    notifyAll();
  }

  /**
   * A try failed; what there was stays.
   *
   * @return whether this reason is another than the former
   */
  synchronized boolean failed(CloisterException why) {
    String text = String.valueOf(why.getMessage());
    String cut = text.length() > MAX_REASON ? text.substring(0, MAX_REASON) : text;
    boolean other = !cut.equals(reason);
    reason = cut;
    return other;
  }

  /** Adds a place for credentials, which gets those that there are at once. */
  synchronized void add(Holder holder) {
    if (credentials != null) {
      holder.put(credentials);
    }
    holders.add(holder);
  }

  synchronized void remove(Holder holder) {
    holders.remove(holder);
  }

  /**
   * Lets containers start only in a pod that has joined, or need not.
   *
   * @param millis how long to wait for it
   * @throws CloisterException with {@link AgentError#NOT_JOINED} and why it takes so long
   */
  synchronized void requireJoined(long millis) {
    long end = Agent.monotonicMillis() + millis;
    try {
      long left = millis;
      while (joins && credentials == null && left > 0) {
        wait(left);
        left = end - Agent.monotonicMillis();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(AgentError.NOT_JOINED, "join", "interrupted", e);
    }
    if (joins && credentials == null) {
      throw new CloisterException(AgentError.NOT_JOINED, "join", reason);
    }
  }

  private synchronized Credentials current() {
    Credentials current = credentials;
    if (current == null) {
      throw new CloisterException(
          AgentError.NOT_JOINED, "join", joins ? reason : "the policy joins no Coordinator");
    }
    return current;
  }

  /** What the pod's certificate says, as the in-pod API tells it. */
  synchronized Json.Obj identity() {
    Credentials current = current();
    return Json.object()
        .put("identity", current.identity())
        .put("notAfterMillis", current.notAfterMillis())
        .put(
            "head",
            Json.object()
                .put("number", current.head().number())
                .put("digest", current.head().digest().toHex())
                .build())
        .build();
  }

  /** The workload secret, which the caller must erase. */
  synchronized byte[] workloadSecret() {
    Credentials current = current();
    if (current.workloadSecret().size() == 0) {
      throw new CloisterException(
          AgentError.NO_SECRET, "secret", "the manifest gives this workload none");
    }
    return current.workloadSecretBytes();
  }

  /**
   * For people. Nothing secret.
   *
   * @param meshState of the pod's mesh
   * @param meshReason why it is so
   */
  synchronized AgentInfo.Join view(String meshState, String meshReason) {
    Credentials current = credentials;
    if (current == null) {
      return new AgentInfo.Join(
          joins ? "waiting" : "none",
          reason,
          coordinator.toString(),
          "",
          0,
          Bytes.EMPTY,
          0,
          0,
          0,
          0,
          0,
          0,
          meshState,
          meshReason);
    }
    return new AgentInfo.Join(
        reason.isEmpty() ? "joined" : "failing",
        reason,
        coordinator.toString(),
        current.identity(),
        current.head().number(),
        current.head().digest(),
        current.notAfterMillis(),
        count,
        first.waited(),
        first.channel(),
        first.verify(),
        first.issue(),
        meshState,
        meshReason);
  }
}
