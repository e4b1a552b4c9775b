package dev.cloister.coordinator;

import dev.cloister.client.CoordinatorState;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Workload;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The state of a Coordinator and its few steps: first transition, further ones, shares. Steps are
 * taken one at a time; whoever only looks sees the newest finished step and never waits for one.
 */
public final class Coordinator implements PublicState {

  /**
   * What it works with.
   *
   * @param initdata of its own VM
   * @param clock judges whether a transition has expired, and dates certificates
   * @param nanos the monotonic clock, nanoseconds, for what the host must not shift
   */
  public record Parts(
      Initdata initdata,
      Store store,
      SecureRandom random,
      InstantSource clock,
      LongSupplier nanos,
      Counters counters,
      EventLog log) {}

  private final Parts parts;
  private final Deployment deployment;
  private final HistoryStore histories;
  private final ReentrantLock steps = new ReentrantLock();
  private final ReentrantLock looking = new ReentrantLock();
  private final Condition moved = looking.newCondition();
  private final List<Runnable> listeners = new ArrayList<>();
  private volatile Stage stage;
  private Optional<Recovery> recovery = Optional.empty();
  private Optional<Prepared> uncertain = Optional.empty();

  /** A step that is in force once the store has its head. */
  private record Prepared(HistoryEntry entry, StoredHead head, Stage.Ready after) {}

  /** What a transition gave. */
  record Accepted(CoordinatorState state, List<Bytes> shares) {
    Accepted {
      shares = List.copyOf(shares);
    }
  }

  private Coordinator(Parts parts) {
    this.parts = parts;
    this.deployment = parts.initdata().deployment();
    this.histories = new HistoryStore(parts.store(), deployment);
    this.stage =
        histories
            .load()
            .<Stage>map(loaded -> recovering(new Recovery(deployment, loaded)))
            .orElseGet(this::awaiting);
    parts.log().say("started", stage.state(parts.nanos().getAsLong()).phase().text());
  }

  /**
   * Starts from what the store shows: a history makes it wait for its recovery owners, none makes
   * it a fresh instance.
   *
   * @throws CloisterException where the store fails, or shows what owners did not sign
   */
  public static Coordinator start(Parts parts) {
    return new Coordinator(parts);
  }

  private Stage awaiting() {
    Seed seed = Seed.generate(deployment.pin(), parts.random());
    RootAuthority root = RootAuthority.derive(seed, deployment);
    return new Stage.Awaiting(seed, root, History.begin(deployment, root.keyDigest()));
  }

  private Stage recovering(Recovery begun) {
    recovery = Optional.of(begun);
    return new Stage.Recovering(begun.loaded(), begun.missing());
  }

  /** The deployment. */
  public Deployment deployment() {
    return deployment;
  }

  /** The initdata of its own VM. */
  public Initdata initdata() {
    return parts.initdata();
  }

  Parts parts() {
    return parts;
  }

  Stage stage() {
    return stage;
  }

  /** The newest transition. */
  public Head head() {
    return stage.head();
  }

  @Override
  public CoordinatorState state() {
    return stage.state(parts.nanos().getAsLong());
  }

  @Override
  public Optional<Serving> serving() {
    return switch (stage) {
      case Stage.Ready ready ->
          Optional.of(
              new Serving(
                  ready.history(),
                  ready.entries(),
                  ready.root().certificate(),
                  ready.meshCertificates(parts.nanos().getAsLong()),
                  parts.initdata().document()));
      case Stage.Awaiting _, Stage.Recovering _ -> Optional.empty();
    };
  }

  @Override
  public Counters counters() {
    return parts.counters();
  }

  /**
   * What is serving now.
   *
   * @throws CloisterException with {@link CoordinatorError#NOT_READY}
   */
  Stage.Ready ready() {
    return switch (stage) {
      case Stage.Ready ready -> ready;
      case Stage.Awaiting _, Stage.Recovering _ -> throw notReady();
    };
  }

  private CloisterException notReady() {
    return new CloisterException(
        CoordinatorError.NOT_READY, "phase", "is " + state().phase().text());
  }

  /** From now on told, in the thread of the step, after each change of the head. */
  void onMove(Runnable listener) {
    steps.lock();
    try {
      listeners.add(listener);
    } finally {
      steps.unlock();
    }
  }

  /**
   * Puts a transition into force. The one in force already gives its answer again.
   *
   * @param expected the newest transition as the sender knows it
   * @throws CloisterException why not; then nothing has changed
   */
  Accepted setTransition(HistoryEntry entry, Head expected) {
    steps.lock();
    try {
      settle();
      if (stage instanceof Stage.Ready ready && isNewest(ready, entry)) {
        return accepted(ready);
      }
      Prepared prepared =
          switch (stage) {
            case Stage.Awaiting first -> first(first, entry, expected);
            case Stage.Ready ready -> next(ready, entry, expected);
            case Stage.Recovering _ -> throw notReady();
          };
      return accepted(commit(prepared));
    } finally {
      steps.unlock();
    }
  }

  private static boolean isNewest(Stage.Ready ready, HistoryEntry entry) {
    HistoryEntry newest = ready.entries().getLast();
    return newest.transition().transition().equals(entry.transition().transition())
        && newest.manifest().equals(entry.manifest());
  }

  private Accepted accepted(Stage.Ready ready) {
    return new Accepted(ready.state(parts.nanos().getAsLong()), ready.shares());
  }

  private Prepared first(Stage.Awaiting now, HistoryEntry entry, Head expected) {
    History next = accept(now.history(), entry, expected);
    Dealing dealing = deal(now.seed(), next);
    return prepare(now.seed(), now.root(), next, List.of(entry), 0, dealing, List.of());
  }

  private Prepared next(Stage.Ready now, HistoryEntry entry, Head expected) {
    History next = accept(now.history(), entry, expected);
    boolean same = next.owners().recovery().equals(now.history().owners().recovery());
    Dealing dealing = same ? new Dealing(now.dealing(), List.of()) : deal(now.seed(), next);
    List<HistoryEntry> entries = new ArrayList<>(now.entries());
    entries.add(shared(entry, now));
    Duration grace = next.manifest().orElseThrow().certificates().grace();
    return prepare(
        now.seed(),
        now.root(),
        next,
        entries,
        now.version(),
        dealing,
        now.retire(grace, parts.nanos().getAsLong()));
  }

  /** A manifest that stays the same is held once. */
  private static HistoryEntry shared(HistoryEntry entry, Stage.Ready now) {
    Bytes before = now.entries().getLast().manifest();
    return before.equals(entry.manifest()) ? new HistoryEntry(entry.transition(), before) : entry;
  }

  private History accept(History now, HistoryEntry entry, Head expected) {
    History next = now.accept(expected, entry, parts.clock().instant());
    Manifest manifest = next.manifest().orElseThrow();
    Bytes own = parts.initdata().digest();
    if (manifest.workload(own).filter(Workload::isCoordinator).isEmpty()) {
      throw new CloisterException(
          CoordinatorError.MANIFEST_WITHOUT_SELF, "manifest.workloads", "no " + own.toHex());
    }
    return next;
  }

  private Dealing deal(Seed seed, History next) {
    return Dealing.of(seed, next.head(), next.owners().recovery(), parts.random());
  }

  private Prepared prepare(
      Seed seed,
      RootAuthority root,
      History next,
      List<HistoryEntry> entries,
      long version,
      Dealing dealing,
      List<Stage.Retired> retired) {
    StoredHead head = StoredHead.sealed(seed, next.head(), dealing.digest());
    Stage.Ready after =
        new Stage.Ready(
            seed,
            root,
            next,
            entries,
            version,
            dealing.digest(),
            dealing.shares(),
            newMesh(root, next.head()),
            retired);
    return new Prepared(entries.getLast(), head, after);
  }

  private MeshAuthority newMesh(RootAuthority root, Head head) {
    return root.newMesh(head.number(), parts.random(), parts.clock().instant());
  }

  /** Writes first: what is in force is in the store. */
  private Stage.Ready commit(Prepared prepared) {
    histories.prepare(prepared.entry());
    histories.keepShares(prepared.after().shares(), prepared.head().head());
    uncertain = Optional.of(prepared);
    try {
      return enforce(prepared, histories.commit(prepared.head(), prepared.after().version()));
    } catch (CloisterException e) {
      if (e.code() == CoordinatorError.STORE_CONFLICT) {
        uncertain = Optional.empty();
      }
      throw e;
    }
  }

  /** A write whose outcome was unknown: once the store shows it, it is in force. */
  private void settle() {
    if (uncertain.isPresent()) {
      Prepared prepared = uncertain.get();
      histories.committed(prepared.head()).ifPresent(version -> enforce(prepared, version));
      uncertain = Optional.empty();
    }
  }

  private Stage.Ready enforce(Prepared prepared, long version) {
    Stage.Ready after = prepared.after();
    Stage.Ready ready =
        new Stage.Ready(
            after.seed(),
            after.root(),
            after.history(),
            after.entries(),
            version,
            after.dealing(),
            after.shares(),
            after.mesh(),
            after.retired());
    uncertain = Optional.empty();
    parts.log().say("transition", ready.head().toString());
    move(ready);
    return ready;
  }

  private void move(Stage next) {
    looking.lock();
    try {
      stage = next;
      moved.signalAll();
    } finally {
      looking.unlock();
    }
    listeners.forEach(Runnable::run);
  }

  /**
   * Takes a recovery share.
   *
   * @param content as it was encrypted to its owner
   * @param known the newest transition that the owner knows
   * @return how many more are needed; 0 where the Coordinator serves again
   * @throws CloisterException naming what is wrong with the share
   */
  int submitShare(int index, Secret content, Head known) {
    steps.lock();
    try {
      Recovery collecting = recovery.orElseThrow(this::notRecovering);
      Optional<Recovery.Recovered> recovered = collecting.submit(index, content, known);
      if (recovered.isEmpty()) {
        stage = new Stage.Recovering(collecting.loaded(), collecting.missing());
        parts.log().say("share", "share " + index + ", missing " + collecting.missing());
        return collecting.missing();
      }
      recovery = Optional.empty();
      move(recovered(collecting.loaded(), recovered.get()));
      parts.log().say("recovered", stage.head().toString());
      return 0;
    } catch (CloisterException e) {
      recovery.ifPresent(now -> stage = new Stage.Recovering(now.loaded(), now.missing()));
      throw e;
    } finally {
      steps.unlock();
    }
  }

  private CloisterException notRecovering() {
    return new CloisterException(
        CoordinatorError.NOT_READY, "phase", "is " + state().phase().text() + ", not recovering");
  }

  private Stage.Ready recovered(HistoryStore.Loaded loaded, Recovery.Recovered found) {
    return new Stage.Ready(
        found.seed(),
        found.root(),
        loaded.history(),
        loaded.entries(),
        loaded.version(),
        loaded.stored().dealing(),
        List.of(),
        newMesh(found.root(), loaded.history().head()),
        List.of());
  }

  /**
   * Waits until the newest transition is another than the known one.
   *
   * @return the newest one, the known one where the time is over
   */
  Head awaitOther(Head known, Duration limit) {
    looking.lock();
    try {
      long left = limit.toNanos();
      while (stage.head().equals(known) && left > 0) {
        left = moved.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      looking.unlock();
    }
    return stage.head();
  }
}
