package dev.cloister.cli;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.ReportData;
import dev.cloister.channel.AttestedConnection;
import dev.cloister.channel.ChannelLimits;
import dev.cloister.channel.Evidence;
import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.channel.Purpose;
import dev.cloister.channel.Responder;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.RecoveryOwner;
import dev.cloister.manifest.RecoveryShare;
import dev.cloister.manifest.ShareLabel;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.rpc.CoordinatorMessages.Entry;
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
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.RpcServer;
import dev.cloister.rpc.Wire;
import dev.cloister.simulator.SimulatedChip;
import dev.cloister.simulator.SimulatedVendor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Coordinator of one deployment in this process: real channel, real evidence of a simulated
 * processor, real history; its shares are only kept, not joined to a seed.
 */
final class LoopbackCoordinator implements AutoCloseable {

  static final String REFERENCE = "simulated";

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Bytes LAUNCH = Bytes.ofUtf8("a launch").sha384();

  private final SimulatedVendor vendor;
  private final Initdata initdata;
  private final TestAuthorities authorities;
  private final ServerSocket server;
  private final Responder responder;
  private final Map<Integer, Secret> shares = new HashMap<>();
  private final Set<Integer> handedIn = new HashSet<>();
  private final List<HistoryEntry> entries = new ArrayList<>();
  private History history;
  private List<Bytes> dealt = List.of();
  private boolean recovering;
  private boolean forgetful;

  LoopbackCoordinator(SimulatedVendor vendor, Deployment deployment, TestAuthorities authorities)
      throws IOException {
    this.vendor = vendor;
    this.initdata = Initdata.create(deployment, Bytes.ofUtf8("{\"coordinator\":1}"));
    this.authorities = authorities;
    this.history = History.begin(deployment, authorities.rootDigest());
    this.server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    this.responder =
        new Responder(
            new Responder.Service(
                Set.of(deployment.pin()),
                Map.of(Purpose.OWNER, Responder.NO_EVIDENCE, Purpose.VERIFY, Responder.NO_EVIDENCE),
                this::head),
            new EvidenceBatcher(this::attest, Duration.ZERO, 16),
            ChannelLimits.standard(),
            RANDOM);
    Thread.ofVirtual().start(this::acceptAll);
  }

  /** Its entry in a manifest. */
  Workload entry() {
    return Workload.plain(
        initdata.digest(), "coordinator", "cloister", WorkloadRole.COORDINATOR, List.of(REFERENCE));
  }

  ReferenceValue reference() {
    return SimulatedChip.referenceValue("guest", vendor.rootKeyDigest(), LAUNCH, 1);
  }

  String address() {
    return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
  }

  /** Its VM was started anew, and its store shows this many transitions. */
  synchronized void restart(int transitions) {
    recovering = true;
    handedIn.clear();
    List<HistoryEntry> shown = List.copyOf(entries.subList(0, transitions));
    entries.clear();
    entries.addAll(shown);
    history = History.replay(history.deployment(), shown);
  }

  /** From now on it takes transitions and drops them. */
  synchronized void forget() {
    forgetful = true;
  }

  synchronized Head head() {
    return history.head();
  }

  private Evidence attest(Bytes what) {
    Bytes data = ReportData.of(EvidenceKind.COORDINATOR, what);
    return new Evidence(
        "snp",
        vendor.report(LAUNCH, initdata.digest(), Bytes.ofUtf8("a vm").sha256(), data),
        vendor.certificateTable(),
        initdata.document());
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (AttestedConnection connection = responder.accept(socket)) {
      new RpcServer(
              List.of(new CoordinatorService.Dispatcher(new Session(connection))),
              RpcLimits.STANDARD,
              Thread.ofVirtual().factory())
          .serve(Wire.of(connection.in(), connection.out()));
    } catch (IOException | CloisterException _) {
      // The client has gone, or was refused; its side says why.
    }
  }

  private synchronized SetTransitionResponse set(SetTransitionRequest request) {
    HistoryEntry entry =
        new HistoryEntry(SignedTransition.parse(request.signedTransition()), request.manifest());
    Head expected =
        request.expectedNumber() == 0
            ? Head.NONE
            : new Head(request.expectedNumber(), request.expectedDigest());
    boolean again = !entries.isEmpty() && entries.getLast().equals(entry);
    History next =
        again ? history : history.accept(expected, entry, InstantSource.system().instant());
    List<Bytes> fresh = again ? dealt : List.of();
    if (!forgetful && !again) {
      boolean first = history.head().number() == 0;
      history = next;
      entries.add(entry);
      fresh = first ? makeShares() : List.of();
      dealt = fresh;
      responder.headChanged();
    }
    return new SetTransitionResponse(
        next.head().number(),
        next.head().digest(),
        TestAuthorities.der(authorities.root()),
        List.of(TestAuthorities.der(authorities.mesh())),
        fresh);
  }

  private List<Bytes> makeShares() {
    List<Bytes> documents = new ArrayList<>();
    int threshold = history.owners().recovery().threshold();
    for (RecoveryOwner owner : history.owners().recovery().owners()) {
      int index = documents.size() + 1;
      byte[] content = new byte[33];
      RANDOM.nextBytes(content);
      Secret share = Secret.takeFrom(content);
      ShareLabel label =
          new ShareLabel(history.deployment().pin(), history.head(), index, threshold);
      documents.add(RecoveryShare.encrypt(label, owner.encryption(), share, RANDOM).document());
      shares.put(index, share);
    }
    return documents;
  }

  private synchronized int missing() {
    return recovering ? Math.max(0, history.owners().recovery().threshold() - handedIn.size()) : 0;
  }

  private synchronized SubmitShareResponse submit(
      SubmitShareRequest request, AttestedConnection connection) {
    if (request.knownNumber() > history.head().number()) {
      throw new CloisterException(ManifestError.OLDER_HEAD, "head", "is " + history.head());
    }
    String label = "recovery-share/" + request.index();
    try (Secret share = connection.unwrap(label, request.share())) {
      Secret wanted = shares.get(request.index());
      if (wanted == null || !wanted.sameAs(share)) {
        throw new CloisterException(
            ManifestError.SHARE_UNREADABLE, "share " + request.index(), "is wrong");
      }
    }
    handedIn.add(request.index());
    int missing = missing();
    recovering = missing > 0;
    return new SubmitShareResponse(true, missing);
  }

  private synchronized GetStateResponse state() {
    boolean fresh = history.head().number() == 0;
    return new GetStateResponse(
        recovering ? "recovering" : fresh ? "awaiting-first-transition" : "ready",
        recovering ? Bytes.EMPTY : TestAuthorities.der(authorities.root()),
        history.head().number(),
        history.head().digest(),
        missing(),
        recovering || fresh ? List.of() : List.of(TestAuthorities.der(authorities.mesh())));
  }

  private synchronized GetHistoryResponse page(GetHistoryRequest request) {
    List<Entry> page = new ArrayList<>();
    for (HistoryEntry entry : entries.subList((int) request.afterNumber(), entries.size())) {
      page.add(new Entry(entry.transition().document(), entry.manifest(), entry.manifest().size()));
    }
    return new GetHistoryResponse(page, false);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /** What one client asks. */
  private final class Session implements CoordinatorService {

    private final AttestedConnection connection;

    Session(AttestedConnection connection) {
      this.connection = connection;
    }

    @Override
    public GetStateResponse getState() {
      return state();
    }

    @Override
    public GetHistoryResponse getHistory(GetHistoryRequest request) {
      return page(request);
    }

    @Override
    public SetTransitionResponse setTransition(SetTransitionRequest request) {
      return set(request);
    }

    @Override
    public SubmitShareResponse submitShare(SubmitShareRequest request) {
      return submit(request, connection);
    }

    @Override
    public JoinResponse join(JoinRequest request) {
      throw new CloisterException(CliError.WRONG_USE, "join", "owners do not join");
    }

    @Override
    public WaitHeadResponse waitHead(WaitHeadRequest request) {
      throw new CloisterException(CliError.WRONG_USE, "waitHead", "owners do not wait");
    }
  }
}
