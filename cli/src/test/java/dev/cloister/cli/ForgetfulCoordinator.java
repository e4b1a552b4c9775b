package dev.cloister.cli;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.channel.AttestedConnection;
import dev.cloister.channel.ChannelLimits;
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
import dev.cloister.simulator.SimulatedVendor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What answers in a Coordinator's place and, once it is told to forget, says yes to transitions and
 * drops them: real channel, real evidence of a simulated processor, real history.
 */
final class ForgetfulCoordinator implements TestCoordinator {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final SimulatedVendor vendor;
  private final Initdata initdata;
  private final TestAuthorities authorities;
  private final ServerSocket server;
  private final Responder responder;
  private final List<HistoryEntry> entries = new ArrayList<>();
  private History history;
  private List<Bytes> dealt = List.of();
  private boolean forgetful;

  ForgetfulCoordinator(SimulatedVendor vendor, Deployment deployment, TestAuthorities authorities)
      throws IOException {
    this.vendor = vendor;
    this.initdata = Initdata.create(deployment, Bytes.ofUtf8("{\"coordinator\":1}"));
    this.authorities = authorities;
    this.history = History.begin(deployment, authorities.rootDigest());
    this.server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    this.responder =
        new Responder(
            new Responder.Service(
                Set.of(deployment.pin()), Map.of(Purpose.OWNER, Responder.NO_EVIDENCE), this::head),
            new EvidenceBatcher(TestCoordinator.attester(vendor, initdata), Duration.ZERO, 16),
            ChannelLimits.standard(),
            RANDOM);
    Thread.ofVirtual().start(this::acceptAll);
  }

  @Override
  public Workload entry() {
    return Workload.plain(
        initdata.digest(),
        "coordinator",
        "cloister",
        WorkloadRole.COORDINATOR,
        List.of(TestCoordinator.REFERENCE));
  }

  @Override
  public ReferenceValue reference() {
    return TestCoordinator.reference(vendor);
  }

  @Override
  public String address() {
    return server.getInetAddress().getHostAddress() + ":" + server.getLocalPort();
  }

  /** From now on it takes transitions and drops them. */
  synchronized void forget() {
    forgetful = true;
  }

  @Override
  public synchronized Head head() {
    return history.head();
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
              List.of(new CoordinatorService.Dispatcher(new Session())),
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
    }
    return documents;
  }

  private synchronized GetStateResponse state() {
    boolean fresh = history.head().number() == 0;
    return new GetStateResponse(
        fresh ? "awaiting-first-transition" : "ready",
        TestAuthorities.der(authorities.root()),
        history.head().number(),
        history.head().digest(),
        0,
        fresh ? List.of() : List.of(TestAuthorities.der(authorities.mesh())));
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
      throw new CloisterException(CliError.WRONG_USE, "submitShare", "it never restarts");
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
