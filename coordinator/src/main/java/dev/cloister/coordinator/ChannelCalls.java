package dev.cloister.coordinator;

import dev.cloister.channel.AttestedConnection;
import dev.cloister.channel.PeerIdentity;
import dev.cloister.channel.Purpose;
import dev.cloister.client.CoordinatorState;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.manifest.Transition;
import dev.cloister.manifest.Workload;
import dev.cloister.rpc.CoordinatorMessages.GetHistoryRequest;
import dev.cloister.rpc.CoordinatorMessages.GetHistoryResponse;
import dev.cloister.rpc.CoordinatorMessages.GetStateResponse;
import dev.cloister.rpc.CoordinatorMessages.JoinRequest;
import dev.cloister.rpc.CoordinatorMessages.JoinResponse;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionRequest;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionResponse;
import dev.cloister.rpc.CoordinatorMessages.SubmitShareRequest;
import dev.cloister.rpc.CoordinatorMessages.SubmitShareResponse;
import dev.cloister.rpc.CoordinatorMessages.WaitHeadRequest;
import dev.cloister.rpc.CoordinatorMessages.WaitHeadResponse;
import dev.cloister.rpc.CoordinatorService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The calls on one attested channel. Its purpose decides which are served. */
final class ChannelCalls implements CoordinatorService {

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final String SECRET_LABEL = "workload-secret";

  private final Coordinator coordinator;
  private final AttestedConnection connection;

  ChannelCalls(Coordinator coordinator, AttestedConnection connection) {
    this.coordinator = coordinator;
    this.connection = connection;
  }

  private void require(Purpose... served) {
    for (Purpose purpose : served) {
      if (purpose == connection.purpose()) {
        return;
      }
    }
    throw new CloisterException(
        CoordinatorError.WRONG_PURPOSE, "purpose", "is " + connection.purpose().text());
  }

  @Override
  public GetStateResponse getState() {
    CoordinatorState state = coordinator.state();
    return new GetStateResponse(
        state.phase().text(),
        state.rootCertificate(),
        state.head().number(),
        state.head().digest(),
        state.missingShares(),
        state.meshCertificates());
  }

  @Override
  public GetHistoryResponse getHistory(GetHistoryRequest request) {
    return HistoryPages.page(coordinator.stage().entries(), request);
  }

  @Override
  public SetTransitionResponse setTransition(SetTransitionRequest request) {
    require(Purpose.OWNER);
    Coordinator.Accepted accepted =
        counted(Counter.TRANSITIONS, Counter.TRANSITIONS_REFUSED, () -> set(request));
    CoordinatorState state = accepted.state();
    return new SetTransitionResponse(
        state.head().number(),
        state.head().digest(),
        state.rootCertificate(),
        state.meshCertificates(),
        accepted.shares());
  }

  private Coordinator.Accepted set(SetTransitionRequest request) {
    Head expected = head(request.expectedNumber(), request.expectedDigest());
    SignedTransition signed = SignedTransition.parse(request.signedTransition());
    return coordinator.setTransition(new HistoryEntry(signed, request.manifest()), expected);
  }

  @Override
  public SubmitShareResponse submitShare(SubmitShareRequest request) {
    require(Purpose.OWNER);
    int missing = counted(Counter.SHARES, Counter.SHARES_REFUSED, () -> submit(request));
    return new SubmitShareResponse(true, missing);
  }

  private int submit(SubmitShareRequest request) {
    Head known = head(request.knownNumber(), request.knownDigest());
    try (Secret content = connection.unwrap("recovery-share/" + request.index(), request.share())) {
      return coordinator.submitShare(request.index(), content, known);
    }
  }

  @Override
  public JoinResponse join(JoinRequest request) {
    require(Purpose.JOIN);
    return counted(Counter.JOINS, Counter.JOINS_REFUSED, () -> issue(request));
  }

  /** The manifest in force decides again, at this moment: the pod proved itself for it. */
  private JoinResponse issue(JoinRequest request) {
    Stage.Ready ready = coordinator.ready();
    if (!connection.head().equals(ready.head())) {
      throw changed("proven for " + connection.head() + ", in force is " + ready.head());
    }
    Manifest manifest = ready.manifest();
    Workload workload = JoinCheck.listed(manifest, initdata());
    MeshKey key = MeshKey.of(request.publicKey());
    requireProof(key, request.proof(), ready);
    Coordinator.Parts parts = coordinator.parts();
    MeshAuthority.Leaf leaf =
        ready
            .mesh()
            .issue(
                workload,
                key.encoded(),
                manifest.certificates().lifetime(),
                parts.random(),
                parts.clock().instant());
    return new JoinResponse(
        List.of(leaf.der(), ready.mesh().certificate()),
        ready.meshCertificates(parts.nanos().getAsLong()),
        secret(ready, workload),
        ready.head().number(),
        ready.head().digest(),
        leaf.notAfter().toEpochMilli());
  }

  private Bytes initdata() {
    return switch (connection.peer()) {
      case PeerIdentity.Proven proven -> proven.evidence().initdata().sha256();
      case PeerIdentity.Anonymous _ ->
          throw new IllegalStateException("whoever joins has proven itself");
    };
  }

  private void requireProof(MeshKey key, Bytes proof, Stage.Ready ready) {
    if (key.isProven(proof, connection.pin(), ready.head())) {
      return;
    }
    Optional<Head> before = before(ready);
    if (before.isPresent() && key.isProven(proof, connection.pin(), before.get())) {
      throw changed("the proof is for " + before.get() + ", in force is " + ready.head());
    }
    throw new CloisterException(
        CoordinatorError.BAD_MESH_KEY, "proof", "is no signature of the key over this join");
  }

  private static Optional<Head> before(Stage.Ready ready) {
    List<HistoryEntry> entries = ready.entries();
    return entries.size() < 2
        ? Optional.empty()
        : Optional.of(entries.get(entries.size() - 2).transition().transition().head());
  }

  private static CloisterException changed(String detail) {
    return new CloisterException(CoordinatorError.PEER_CHANGED, "head", detail);
  }

  private Bytes secret(Stage.Ready ready, Workload workload) {
    if (workload.secret().isEmpty()) {
      return Bytes.EMPTY;
    }
    try (Secret secret = ready.seed().workloadSecret(workload.secret())) {
      return connection.wrap(SECRET_LABEL, secret);
    }
  }

  @Override
  public WaitHeadResponse waitHead(WaitHeadRequest request) {
    require(Purpose.JOIN);
    Head known = head(request.knownNumber(), request.knownDigest());
    Head newest = coordinator.awaitOther(known, LONGEST_WAIT);
    return new WaitHeadResponse(newest.number(), newest.digest());
  }

  private static Head head(long number, Bytes digest) {
    boolean isNone = number == 0 && digest.isEmpty();
    boolean isSome = number >= 1 && number <= Transition.MAX_NUMBER && digest.size() == 32;
    if (!isNone && !isSome) {
      throw new CloisterException(
          CoordinatorError.BAD_REQUEST,
          "head",
          "number " + number + ", " + digest.size() + " bytes");
    }
    return isNone ? Head.NONE : new Head(number, digest);
  }

  private <T> T counted(Counter done, Counter refused, Supplier<T> call) {
    try {
      T answer = call.get();
      coordinator.counters().add(done);
      return answer;
    } catch (CloisterException e) {
      coordinator.counters().add(refused);
      coordinator.counters().refused(connection.purpose().text(), e.code());
      throw e;
    }
  }
}
