package dev.cloister.coordinator;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.channel.Attester;
import dev.cloister.channel.ChannelLimits;
import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.client.ClientLimits;
import dev.cloister.client.CoordinatorAddress;
import dev.cloister.client.CoordinatorClient;
import dev.cloister.client.CoordinatorLink;
import dev.cloister.client.Trust;
import dev.cloister.client.VerifiedCoordinator;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Transition;
import dev.cloister.rpc.CoordinatorMessages.JoinRequest;
import dev.cloister.rpc.CoordinatorMessages.JoinResponse;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionRequest;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionResponse;
import dev.cloister.rpc.CoordinatorMessages.SubmitShareRequest;
import dev.cloister.rpc.CoordinatorMessages.SubmitShareResponse;
import dev.cloister.rpc.CoordinatorService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A Coordinator of the shop on loopback, reached by real channels through the real client. */
final class Running implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final MemoryStore store;
  private final ServerSocket socket;
  private final Coordinator coordinator;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();
  private volatile Instant now = TestVendor.NOW;

  private Running(MemoryStore store) throws IOException {
    this.store = store;
    this.socket = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    InstantSource clock = () -> now;
    this.coordinator =
        Coordinator.start(
            new Coordinator.Parts(
                Shop.COORDINATOR,
                store,
                Shop.RANDOM,
                clock,
                nanos::get,
                new Counters(),
                new EventLog(new PrintStream(log, true, StandardCharsets.UTF_8), clock)));
    ChannelServer.start(
        coordinator,
        new EvidenceBatcher(
            Shop.attester(EvidenceKind.COORDINATOR, Shop.COORDINATOR), Duration.ZERO, 16),
        socket,
        ChannelLimits.standard());
  }

  /** A fresh instance. */
  static Running fresh() throws IOException {
    return new Running(new MemoryStore());
  }

  /** One that starts from this store. */
  static Running from(MemoryStore store) throws IOException {
    return new Running(store);
  }

  /** One with the first transition in force. */
  static Running ready() throws IOException {
    Running running = fresh();
    running.begin();
    return running;
  }

  MemoryStore store() {
    return store;
  }

  Coordinator coordinator() {
    return coordinator;
  }

  String log() {
    return log.toString(StandardCharsets.UTF_8);
  }

  void pass(Duration time) {
    now = now.plus(time);
    nanos.addAndGet(time.toNanos());
  }

  /** What an owner's machine does for the first transition. */
  SetTransitionResponse begin() {
    return set(firstEntry(Shop.first()), Head.NONE);
  }

  /** The first transition for this instance, by two owners of each kind. */
  HistoryEntry firstEntry(Manifest manifest) {
    return Shop.signed(
        Transition.first(manifest, "begin", Shop.EXPIRES, rootDigest()),
        manifest,
        Shop.twoOfEach());
  }

  Bytes rootDigest() {
    Bytes der = coordinator.state().rootCertificate();
    return Bytes.of(CertificateParts.certificate(der).getPublicKey().getEncoded()).sha256();
  }

  /** The transition after the newest one, by these owners. */
  HistoryEntry nextEntry(Manifest manifest, List<KeyPair> signers) {
    return Shop.signed(
        Transition.after(coordinator.head(), manifest, "update", Shop.EXPIRES), manifest, signers);
  }

  SetTransitionResponse update(Manifest manifest) {
    return set(nextEntry(manifest, Shop.twoOfEach()), coordinator.head());
  }

  SetTransitionResponse set(HistoryEntry entry, Head expected) {
    try (CoordinatorLink link = own()) {
      return calls(link)
          .setTransition(
              new SetTransitionRequest(
                  entry.transition().document(),
                  entry.manifest(),
                  expected.number(),
                  expected.digest()));
    }
  }

  SubmitShareResponse submit(int index, Secret share, Head known) {
    try (CoordinatorLink link = own()) {
      link.verifyRecovering();
      Bytes wrapped = link.connection().wrap("recovery-share/" + index, share);
      return calls(link)
          .submitShare(new SubmitShareRequest(index, wrapped, known.number(), known.digest()));
    }
  }

  CoordinatorLink own() {
    return client().own(address());
  }

  CoordinatorLink join(Initdata initdata) {
    return join(Shop.attester(EvidenceKind.AGENT, initdata));
  }

  CoordinatorLink join(Attester attester) {
    return client().join(address(), attester);
  }

  VerifiedCoordinator verify() {
    try (CoordinatorLink link = client().verify(address())) {
      return link.verify();
    }
  }

  /** What an agent does on a link that is open. */
  static JoinResponse joinOver(CoordinatorLink link, KeyPair key) {
    Head head = link.verify().history().head();
    return calls(link).join(request(key, head));
  }

  static JoinRequest request(KeyPair key, Head head) {
    Bytes spki = Bytes.of(key.getPublic().getEncoded());
    return new JoinRequest(spki, sign(key, MeshKey.proven(Shop.SHOP.pin(), head, spki)));
  }

  static Bytes sign(KeyPair key, Bytes message) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key.getPrivate());
      signature.update(message.toArray());
      return Bytes.of(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static CoordinatorService calls(CoordinatorLink link) {
    return new CoordinatorService.Client(link.rpc(), LIMIT);
  }

  private CoordinatorClient client() {
    Trust trust =
        Trust.of(Shop.SHOP.pin(), InstantSource.fixed(TestVendor.NOW)).allowingSimulated();
    return new CoordinatorClient(trust, ClientLimits.STANDARD, Shop.RANDOM);
  }

  CoordinatorAddress address() {
    return new CoordinatorAddress(socket.getInetAddress().getHostAddress(), socket.getLocalPort());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
