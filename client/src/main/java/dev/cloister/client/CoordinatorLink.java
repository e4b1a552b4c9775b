package dev.cloister.client;

import dev.cloister.attestation.Trusted;
import dev.cloister.channel.AttestedConnection;
import dev.cloister.channel.PeerIdentity;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.rpc.RpcClient;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.Wire;
import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * An open attested channel to a Coordinator of the pin. Until one of the {@code verify} methods has
 * returned, the other end is only a VM that shows the pin's {@code deployment.json}: ask it for
 * nothing and tell it nothing.
 *
 * <p>The channel renews itself; from the first verification on, evidence of each renewal is checked
 * against the manifest that was verified last. Call {@link #verify} again when the head changes.
 * Thread-safe: verifications run one after the other, calls side by side.
 */
public final class CoordinatorLink implements AutoCloseable {

  /** How often a history is fetched on while the head moves. */
  private static final int MAX_ROUNDS = 8;

  private final AttestedConnection connection;
  private final CoordinatorCheck check;
  private final Trust trust;
  private final ClientLimits limits;
  private final RpcClient rpc;
  private final CoordinatorCalls calls;
  private final Deployment deployment;
  private final ReentrantLock verifying = new ReentrantLock();
  private History history;

  private CoordinatorLink(
      AttestedConnection connection,
      CoordinatorCheck check,
      Trust trust,
      ClientLimits limits,
      RpcClient rpc,
      Deployment deployment) {
    this.connection = connection;
    this.check = check;
    this.trust = trust;
    this.limits = limits;
    this.rpc = rpc;
    this.calls = new RpcCalls(rpc);
    this.deployment = deployment;
    this.history = History.begin(deployment);
  }

  static CoordinatorLink over(
      AttestedConnection connection,
      CoordinatorCheck check,
      Trust trust,
      ClientLimits limits,
      SecureRandom random) {
    Deployment deployment = check.deployment(peer(connection).evidence());
    Verification.requireMode(deployment, trust);
    RpcClient rpc =
        new RpcClient(
            Wire.of(connection.in(), connection.out()),
            RpcLimits.STANDARD,
            Thread.ofVirtual().name("coordinator-answers").factory(),
            random);
    return new CoordinatorLink(connection, check, trust, limits, rpc, deployment);
  }

  private static PeerIdentity.Proven peer(AttestedConnection connection) {
    return switch (connection.peer()) {
      case PeerIdentity.Proven proven -> proven;
      case PeerIdentity.Anonymous _ ->
          throw new IllegalStateException("a responder always proves itself");
    };
  }

  /** The deployment of the pin. */
  public Deployment deployment() {
    return deployment;
  }

  /** What the Coordinator says about itself now; nothing of it is proven. */
  public CoordinatorState state() {
    return calls.state(limits.call());
  }

  /**
   * Verifies a Coordinator that serves, up to its newest transition. What was verified on this link
   * before is not fetched again.
   *
   * @throws CloisterException with {@link ClientError#AWAITING_FIRST} or {@link
   *     ClientError#RECOVERING} where it does not serve yet, the codes of {@link
   *     dev.cloister.manifest.ManifestError} where the history is refused or older than a floor, of
   *     {@link dev.cloister.attestation.AttestationError} where the evidence is refused, else a
   *     {@link ClientError}
   */
  public VerifiedCoordinator verify() {
    return verify(_ -> {});
  }

  /**
   * The same, and keeps what was verified.
   *
   * @param keeper is given the entries that were fetched, oldest first; they are proven only once
   *     this method returns
   */
  public VerifiedCoordinator verify(Consumer<HistoryEntry> keeper) {
    verifying.lock();
    try {
      VerificationBudget budget = new VerificationBudget(limits);
      CoordinatorState state = current(budget);
      Verification.requireReady(state, deployment, trust);
      return Verification.authorities(prove(state, budget, keeper), state);
    } finally {
      verifying.unlock();
    }
  }

  /**
   * Verifies a Coordinator that waits for its recovery owners: its history up to the transition
   * that it shows, and its evidence. It has no root CA yet; shares may be handed in to it.
   *
   * @return its history, whose head an owner compares with the newest that he knows
   * @throws CloisterException with {@link ClientError#WRONG_PHASE}, else as {@link #verify}
   */
  public History verifyRecovering() {
    return verifyRecovering(_ -> {});
  }

  /** The same, and keeps what was verified; as {@link #verify(Consumer)}. */
  public History verifyRecovering(Consumer<HistoryEntry> keeper) {
    verifying.lock();
    try {
      VerificationBudget budget = new VerificationBudget(limits);
      CoordinatorState state = current(budget);
      require(state, Phase.RECOVERING);
      return prove(state, budget, keeper).history();
    } finally {
      verifying.unlock();
    }
  }

  /**
   * Verifies a fresh Coordinator against the manifest that its owners are about to sign.
   *
   * @throws CloisterException with {@link ClientError#WRONG_PHASE}, else as {@link #verify}
   */
  public FirstCoordinator verifyFirst(Manifest first) {
    verifying.lock();
    try {
      CoordinatorState state = current(new VerificationBudget(limits));
      require(state, Phase.AWAITING_FIRST);
      Verification.requireFloors(History.begin(deployment), trust);
      Verification.requireHead(History.begin(deployment), connection.head());
      first.requireFor(deployment);
      PeerIdentity.Proven peer = peer(connection);
      Trusted trusted = check.appraise(first, peer);
      check.use(first);
      return new FirstCoordinator(
          CoordinatorCheck.entry(first, peer.evidence()),
          trusted,
          Authorities.root(state.rootCertificate()));
    } finally {
      verifying.unlock();
    }
  }

  /** What the Coordinator says, once its evidence names the head that it says. */
  private CoordinatorState current(VerificationBudget budget) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      CoordinatorState state = calls.state(budget.remaining());
      if (state.head().number() <= connection.head().number()) {
        return state;
      }
      connection.reattest();
    }
    throw headDiffers(state().head());
  }

  private static void require(CoordinatorState state, Phase wanted) {
    if (state.phase() != wanted) {
      throw new CloisterException(
          ClientError.WRONG_PHASE,
          "state.phase",
          "is " + state.phase().text() + ", expected " + wanted.text());
    }
  }

  /** Follows the history up to where the evidence says, then appraises the evidence. */
  private ProvenHistory prove(
      CoordinatorState state, VerificationBudget budget, Consumer<HistoryEntry> keeper) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      history = follow(connection.head(), budget, keeper);
      Verification.requireFloors(history, trust);
      if (history.head().equals(connection.head())) {
        ProvenHistory proven = Verification.appraise(history, peer(connection), check);
        check.use(proven.manifest());
        return proven;
      }
    }
    throw headDiffers(state.head());
  }

  private History follow(Head proven, VerificationBudget budget, Consumer<HistoryEntry> keeper) {
    History base = history;
    Bytes manifest = base.manifest().map(Manifest::document).orElse(Bytes.EMPTY);
    long before = base.head().number();
    History next =
        base.replay(
            () -> new PagedHistory(calls, budget, before, manifest, proven.number(), keeper));
    Verification.requireHead(next, proven);
    return next;
  }

  private CloisterException headDiffers(Head shown) {
    return new CloisterException(
        ClientError.HEAD_DIFFERS,
        "history",
        "shown is " + shown + ", the evidence says " + connection.head());
  }

  /** Calls of {@code cloister.coordinator.v1}; only after a verification. */
  public RpcClient rpc() {
    return rpc;
  }

  /** The channel, to wrap and unwrap secrets. */
  public AttestedConnection connection() {
    return connection;
  }

  /** Ends link and channel. */
  @Override
  public void close() {
    rpc.close();
    connection.close();
  }
}
