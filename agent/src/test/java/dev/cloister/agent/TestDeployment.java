package dev.cloister.agent;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.ReportData;
import dev.cloister.channel.Attester;
import dev.cloister.channel.ChannelLimits;
import dev.cloister.channel.Evidence;
import dev.cloister.channel.EvidenceBatcher;
import dev.cloister.client.ClientLimits;
import dev.cloister.client.CoordinatorAddress;
import dev.cloister.client.CoordinatorClient;
import dev.cloister.client.CoordinatorLink;
import dev.cloister.client.Trust;
import dev.cloister.coordinator.ChannelServer;
import dev.cloister.coordinator.Coordinator;
import dev.cloister.coordinator.Counters;
import dev.cloister.coordinator.EventLog;
import dev.cloister.coordinator.FileStore;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Approval;
import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.EncryptionKey;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.OwnerKey;
import dev.cloister.manifest.OwnerSigner;
import dev.cloister.manifest.Owners;
import dev.cloister.manifest.Quorum;
import dev.cloister.manifest.RecoveryOwner;
import dev.cloister.manifest.RecoveryQuorum;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.manifest.Transition;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.policy.Grants;
import dev.cloister.policy.IpAddress;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionRequest;
import dev.cloister.rpc.CoordinatorService;
import dev.cloister.simulator.SimulatedChip;
import dev.cloister.simulator.SimulatedVendor;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A simulated deployment with one owner, and real Coordinators of it on loopback. */
final class TestDeployment {

  static final String SIMULATED = "simulated";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Bytes LAUNCH = Bytes.ofHex("5a".repeat(48));
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final SimulatedVendor vendor;
  private final KeyPair updating = pair("Ed25519");
  private final KeyPair recovering = pair("Ed25519");
  private final Deployment deployment;
  private final Initdata coordinator;

  TestDeployment(Path vendorDirectory) {
    vendor = SimulatedVendor.open(vendorDirectory, InstantSource.system(), RANDOM, line -> {});
    RecoveryOwner recovery =
        new RecoveryOwner(
            key(recovering),
            EncryptionKey.of(Bytes.of(pair("X25519").getPublic().getEncoded()), "key"));
    Owners owners =
        new Owners(new Quorum(1, List.of(key(updating))), new RecoveryQuorum(1, List.of(recovery)));
    byte[] nonce = new byte[Deployment.NONCE_SIZE];
    RANDOM.nextBytes(nonce);
    deployment = Deployment.create("shop", Bytes.of(nonce), Mode.SIMULATED, owners);
    coordinator = pod("coordinator");
  }

  private static KeyPair pair(String algorithm) {
    try {
      return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static OwnerKey key(KeyPair pair) {
    return OwnerKey.of(Bytes.of(pair.getPublic().getEncoded()), "key");
  }

  /** The initdata of a pod. */
  Initdata pod(String what) {
    return Initdata.create(deployment, Bytes.ofUtf8("{\"pod\":\"" + what + "\"}"));
  }

  /** The security processor of a VM with this initdata. */
  Attester attester(EvidenceKind kind, Initdata initdata) {
    return what ->
        new Evidence(
            "snp",
            vendor.report(LAUNCH, initdata.digest(), initdata.digest(), ReportData.of(kind, what)),
            vendor.certificateTable(),
            initdata.document());
  }

  /** Coordinator and these pods, each with a secret. */
  Manifest manifest(Initdata... pods) {
    List<Workload> workloads = new ArrayList<>();
    workloads.add(
        Workload.plain(
            coordinator.digest(),
            "coordinator",
            "default",
            WorkloadRole.COORDINATOR,
            List.of(SIMULATED)));
    for (Initdata pod : pods) {
      workloads.add(
          new Workload(
              pod.digest(),
              workloads.size() == 1 ? "web" : "web-" + workloads.size(),
              "default",
              WorkloadRole.WORKLOAD,
              List.of(SIMULATED),
              List.of("web.example"),
              "web/session"));
    }
    ReferenceValue reference =
        SimulatedChip.referenceValue("test", vendor.rootKeyDigest(), LAUNCH, 1);
    return Manifest.create(
        deployment.pin(), workloads, Map.of(SIMULATED, reference), CertificateRules.STANDARD);
  }

  /** A Coordinator, fresh. */
  final class Running implements AutoCloseable {
    private final ServerSocket socket;
    private final Coordinator running;

    Running(Path store) throws IOException {
      socket = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
      running =
          Coordinator.start(
              new Coordinator.Parts(
                  coordinator,
                  new FileStore(store),
                  RANDOM,
                  InstantSource.system(),
                  System::nanoTime,
                  new Counters(),
                  new EventLog(
                      new PrintStream(
                          OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                      InstantSource.system())));
      EvidenceBatcher batcher =
          new EvidenceBatcher(attester(EvidenceKind.COORDINATOR, coordinator), Duration.ZERO, 16);
      ChannelServer.start(running, batcher, socket, ChannelLimits.standard());
    }

    Grants.Endpoint endpoint() {
      return new Grants.Endpoint(IpAddress.parse("127.0.0.1"), socket.getLocalPort());
    }

    Head head() {
      return running.head();
    }

    /** What an owner does. */
    void set(Manifest manifest) {
      Trust trust = Trust.of(deployment.pin(), InstantSource.system()).allowingSimulated();
      try (CoordinatorLink link =
          new CoordinatorClient(trust, ClientLimits.STANDARD, RANDOM)
              .own(new CoordinatorAddress("127.0.0.1", socket.getLocalPort()))) {
        Head known = running.head();
        Instant expires = InstantSource.system().instant().plus(Duration.ofHours(1));
        Transition transition =
            known.equals(Head.NONE)
                ? Transition.first(
                    manifest, "begin", expires, link.verifyFirst(manifest).rootKeyDigest())
                : Transition.after(known, manifest, "update", expires);
        new CoordinatorService.Client(link.rpc(), LIMIT)
            .setTransition(
                new SetTransitionRequest(
                    signed(transition).document(),
                    manifest.document(),
                    known.number(),
                    known.digest()));
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private SignedTransition signed(Transition transition) {
    SignedTransition signed = SignedTransition.unsigned(transition);
    for (KeyPair pair : List.of(updating, recovering)) {
      OwnerSigner owner =
          OwnerSigner.of(Secret.takeFrom(pair.getPrivate().getEncoded()), List.of(key(pair)));
      signed = signed.with(Approval.sign(transition, owner));
    }
    return signed;
  }
}
