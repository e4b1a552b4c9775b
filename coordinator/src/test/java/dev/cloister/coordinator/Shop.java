package dev.cloister.coordinator;

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
import dev.cloister.manifest.RecoveryShare;
import dev.cloister.manifest.SignedTransition;
import dev.cloister.manifest.Transition;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.rpc.PeerRefusal;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A simulated deployment of three update and three recovery owners, of whom two must agree. */
final class Shop {

  static final SecureRandom RANDOM = new SecureRandom();
  static final Instant EXPIRES = Instant.parse("2030-01-01T00:00:00Z");

  static final List<KeyPair> UPDATERS = pairs("Ed25519");
  static final List<KeyPair> RECOVERERS = pairs("Ed25519");
  static final List<KeyPair> OPENERS = pairs("X25519");
  static final Deployment SHOP = deployment("shop");
  static final Initdata COORDINATOR = initdata("coordinator");
  static final Initdata WEB = initdata("web");
  static final Initdata DATABASE = initdata("database");

  private Shop() {}

  static Deployment deployment(String name) {
    return Deployment.create(
        name, Bytes.ofUtf8(name).sha256(), Mode.SIMULATED, owners(RECOVERERS, OPENERS));
  }

  static Owners owners(List<KeyPair> recoverers, List<KeyPair> openers) {
    List<RecoveryOwner> recovery =
        List.of(0, 1, 2).stream()
            .map(i ->
                new RecoveryOwner(
                    key(recoverers.get(i)),
                    EncryptionKey.of(Bytes.of(openers.get(i).getPublic().getEncoded()), "key")))
            .toList();
    return new Owners(
        new Quorum(2, UPDATERS.stream().map(Shop::key).toList()), new RecoveryQuorum(2, recovery));
  }

  static Initdata initdata(String what) {
    return Initdata.create(SHOP, Bytes.ofUtf8("{\"pod\":\"" + what + "\"}"));
  }

  static List<KeyPair> pairs(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      return List.of(
          generator.generateKeyPair(), generator.generateKeyPair(), generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static OwnerKey key(KeyPair pair) {
    return OwnerKey.of(Bytes.of(pair.getPublic().getEncoded()), "key");
  }

  static Workload coordinator() {
    return Workload.plain(
        COORDINATOR.digest(), "coordinator", "cloister", WorkloadRole.COORDINATOR, List.of("snp"));
  }

  static Workload web() {
    return new Workload(
        WEB.digest(),
        "web",
        "default",
        WorkloadRole.WORKLOAD,
        List.of("snp"),
        List.of("shop.example", "www.shop.example"),
        "web/session");
  }

  static Workload database(String referenceValue) {
    return Workload.plain(
        DATABASE.digest(), "database", "default", WorkloadRole.WORKLOAD, List.of(referenceValue));
  }

  static Manifest manifest(Workload... workloads) {
    return manifest(CertificateRules.STANDARD, workloads);
  }

  static Manifest manifest(CertificateRules rules, Workload... workloads) {
    Map<String, ReferenceValue> references =
        Map.of("snp", TestVendor.reference(), "other", TestVendor.otherReference());
    return Manifest.create(SHOP.pin(), List.of(workloads), references, rules);
  }

  /** Coordinator and web. */
  static Manifest first() {
    return manifest(coordinator(), web());
  }

  /** The transition as these owners signed it. */
  static HistoryEntry signed(Transition transition, Manifest manifest, List<KeyPair> signers) {
    SignedTransition signed = SignedTransition.unsigned(transition);
    for (KeyPair signer : signers) {
      OwnerSigner owner =
          OwnerSigner.of(Secret.takeFrom(signer.getPrivate().getEncoded()), List.of(key(signer)));
      signed = signed.with(Approval.sign(transition, owner));
    }
    return new HistoryEntry(signed, manifest.document());
  }

  /** Two of the update owners. */
  static List<KeyPair> twoUpdaters() {
    return UPDATERS.subList(0, 2);
  }

  /** Two of each kind. */
  static List<KeyPair> twoOfEach() {
    return List.of(UPDATERS.get(0), UPDATERS.get(2), RECOVERERS.get(1), RECOVERERS.get(2));
  }

  /** An owner's share in the clear. */
  static Secret open(List<Bytes> shares, int index) {
    return open(shares, index, OPENERS);
  }

  static Secret open(List<Bytes> shares, int index, List<KeyPair> openers) {
    return RecoveryShare.parse(shares.get(index - 1))
        .decrypt(Secret.takeFrom(openers.get(index - 1).getPrivate().getEncoded()));
  }

  /** The security processor of a VM with this initdata. */
  static Attester attester(EvidenceKind kind, Initdata initdata) {
    return attester(kind, initdata, initdata);
  }

  /** One that shows another initdata than its VM was started with. */
  static Attester attester(EvidenceKind kind, Initdata measured, Initdata shown) {
    return attester(kind, measured, shown, TestVendor.certificates());
  }

  /** The Coordinator's, for verifiers with a clock of their own. */
  static Attester attesterOfToday() {
    return attester(
        EvidenceKind.COORDINATOR, COORDINATOR, COORDINATOR, TestVendor.certificatesOfToday());
  }

  private static Attester attester(
      EvidenceKind kind, Initdata measured, Initdata shown, Bytes certificates) {
    return what ->
        new Evidence(
            "snp",
            TestVendor.report(ReportData.of(kind, what), measured.digest()),
            certificates,
            shown.document());
  }

  static void assertRefused(ErrorCode code, ThrowingCallable action) {
    assertRefused(code, "", action);
  }

  /** Refused with the code, here or by the peer, and what is found says so much. */
  static void assertRefused(ErrorCode code, String saying, ThrowingCallable action) {
    Assertions.assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            CloisterException.class,
            refusal ->
                Assertions.assertThat(codeOf(refusal))
                    .describedAs(refusal.getMessage())
                    .isEqualTo(code.code()))
        .hasMessageContaining(saying);
  }

  private static String codeOf(CloisterException refusal) {
    if (refusal instanceof PeerRefusal) {
      return refusal.code().code();
    }
    String because = "because of ";
    int at = refusal.detail().indexOf(because);
    return at < 0 ? refusal.code().code() : refusal.detail().substring(at + because.length());
  }
}
