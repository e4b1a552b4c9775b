package dev.cloister.client;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.ReportData;
import dev.cloister.channel.Attester;
import dev.cloister.channel.Evidence;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Approval;
import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.EncryptionKey;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
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
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A simulated deployment with one update and one recovery owner, and what they sign. */
final class Shop {

  static final SecureRandom RANDOM = new SecureRandom();
  static final InstantSource CLOCK = InstantSource.fixed(TestVendor.NOW);

  private static final Instant EXPIRES = Instant.parse("2030-01-01T00:00:00Z");
  private static final KeyPair UPDATE = pair("Ed25519");
  private static final KeyPair RECOVERY = pair("Ed25519");
  private static final OwnerKey UPDATE_KEY = key(UPDATE);
  private static final OwnerKey RECOVERY_KEY = key(RECOVERY);
  private static final OwnerSigner UPDATER = signer(UPDATE, UPDATE_KEY);
  private static final OwnerSigner RECOVERER = signer(RECOVERY, RECOVERY_KEY);

  static final Deployment SHOP = deployment("shop", Mode.SIMULATED);
  static final Initdata COORDINATOR = initdata(SHOP, "coordinator");
  static final TestAuthority ROOT = TestAuthority.root("root");
  static final TestAuthority MESH = ROOT.mesh("mesh 1");

  private Shop() {}

  static Deployment deployment(String name, Mode mode) {
    EncryptionKey encryption =
        EncryptionKey.of(Bytes.of(pair("X25519").getPublic().getEncoded()), "key");
    Owners owners =
        new Owners(
            new Quorum(1, List.of(UPDATE_KEY)),
            new RecoveryQuorum(1, List.of(new RecoveryOwner(RECOVERY_KEY, encryption))));
    return Deployment.create(name, Bytes.ofUtf8(name).sha256(), mode, owners);
  }

  static Initdata initdata(Deployment deployment, String role) {
    return Initdata.create(deployment, Bytes.ofUtf8("{\"role\":\"" + role + "\"}"));
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

  private static OwnerSigner signer(KeyPair pair, OwnerKey key) {
    return OwnerSigner.of(Secret.takeFrom(pair.getPrivate().getEncoded()), List.of(key));
  }

  /** The Coordinator's entry. */
  static Workload coordinator() {
    return Workload.plain(
        COORDINATOR.digest(), "coordinator", "cloister", WorkloadRole.COORDINATOR, List.of("snp"));
  }

  static Workload workload(String name) {
    return Workload.plain(
        Bytes.ofUtf8(name).sha256(), name, "default", WorkloadRole.WORKLOAD, List.of("snp"));
  }

  static Manifest manifest(Workload... workloads) {
    return manifest(TestVendor.reference(), workloads);
  }

  static Manifest manifest(ReferenceValue reference, Workload... workloads) {
    return Manifest.create(
        SHOP.pin(), List.of(workloads), Map.of("snp", reference), CertificateRules.STANDARD);
  }

  /** The security processor of a VM with this initdata, asked through a Coordinator's container. */
  static Attester attester(Initdata initdata) {
    return attester(initdata, TestVendor.certificates());
  }

  /** The same with other certificates. */
  static Attester attester(Initdata initdata, Bytes certificates) {
    return what ->
        new Evidence(
            "snp",
            TestVendor.report(ReportData.of(EvidenceKind.COORDINATOR, what), initdata.digest()),
            certificates,
            initdata.document());
  }

  static Trust trust() {
    return Trust.of(SHOP.pin(), CLOCK).allowingSimulated();
  }

  /** Bytes that no compression and no luck makes the same. */
  static Bytes noise(int size) {
    byte[] noise = new byte[size];
    RandomGenerator.of("L64X128MixRandom").nextBytes(noise);
    return Bytes.of(noise);
  }

  /** What the owners signed, transition by transition. */
  static final class Chronicle {
    private final List<HistoryEntry> entries = new ArrayList<>();
    private History history = History.begin(SHOP);

    /** Begins with the Coordinator and this root CA. */
    static Chronicle begin(TestAuthority root, Manifest first) {
      Chronicle chronicle = new Chronicle();
      Transition transition = Transition.first(first, "begin", EXPIRES, root.keyDigest());
      chronicle.accept(
          SignedTransition.unsigned(transition)
              .with(Approval.sign(transition, UPDATER))
              .with(Approval.sign(transition, RECOVERER)),
          first);
      return chronicle;
    }

    /** The same transitions once more, to go on another way. */
    static Chronicle of(List<HistoryEntry> entries) {
      Chronicle chronicle = new Chronicle();
      for (HistoryEntry entry : entries) {
        chronicle.accept(entry);
      }
      return chronicle;
    }

    static Chronicle begin() {
      return begin(ROOT, manifest(coordinator(), workload("web")));
    }

    /** One more transition, signed by both owners. */
    synchronized Chronicle then(Manifest next, String reason) {
      Transition transition = Transition.after(history.head(), next, reason, EXPIRES);
      accept(
          SignedTransition.unsigned(transition)
              .with(Approval.sign(transition, UPDATER))
              .with(Approval.sign(transition, RECOVERER)),
          next);
      return this;
    }

    private void accept(SignedTransition signed, Manifest manifest) {
      accept(new HistoryEntry(signed, manifest.document()));
    }

    private synchronized void accept(HistoryEntry entry) {
      history = history.accept(history.head(), entry, Instant.EPOCH);
      entries.add(entry);
    }

    synchronized History history() {
      return history;
    }

    synchronized Head head() {
      return history.head();
    }

    synchronized List<HistoryEntry> entries() {
      return List.copyOf(entries);
    }

    CoordinatorState state() {
      return new CoordinatorState(Phase.READY, ROOT.der(), head(), 0, List.of(MESH.der()));
    }
  }

  static void assertRefused(ErrorCode code, ThrowingCallable action) {
    Assertions.assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            CloisterException.class,
            refusal ->
                Assertions.assertThat(refusal.code())
                    .describedAs(refusal.getMessage())
                    .isEqualTo(code));
  }

  static void assertRefused(ErrorCode code, String where, ThrowingCallable action) {
    assertRefused(code, action);
    Assertions.assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            CloisterException.class,
            refusal -> Assertions.assertThat(refusal.where()).isEqualTo(where));
  }
}
