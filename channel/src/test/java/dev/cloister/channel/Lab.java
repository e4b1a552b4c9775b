package dev.cloister.channel;

import dev.cloister.attestation.EvidenceKind;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.ReportData;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.EncryptionKey;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.OwnerKey;
import dev.cloister.manifest.Owners;
import dev.cloister.manifest.Quorum;
import dev.cloister.manifest.RecoveryOwner;
import dev.cloister.manifest.RecoveryQuorum;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Two deployments with their Coordinators and agents, and genuine evidence of their VMs. */
final class Lab {

  static final SecureRandom RANDOM = new SecureRandom();
  static final Deployment SHOP = deployment("shop");
  static final Deployment OTHER = deployment("other");
  static final Initdata COORDINATOR = initdata(SHOP, "coordinator");
  static final Initdata AGENT = initdata(SHOP, "agent");
  static final Initdata OTHER_COORDINATOR = initdata(OTHER, "coordinator");
  static final Head HEAD = new Head(5, Bytes.ofUtf8("transition 5").sha256());

  private Lab() {}

  private static Deployment deployment(String name) {
    RecoveryOwner recovery =
        new RecoveryOwner(
            OwnerKey.of(newKey("Ed25519"), "key"), EncryptionKey.of(newKey("X25519"), "key"));
    Owners owners =
        new Owners(
            new Quorum(1, List.of(OwnerKey.of(newKey("Ed25519"), "key"))),
            new RecoveryQuorum(1, List.of(recovery)));
    return Deployment.create(name, Bytes.ofUtf8(name).sha256(), Mode.SIMULATED, owners);
  }

  private static Bytes newKey(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      return Bytes.of(generator.generateKeyPair().getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Initdata initdata(Deployment deployment, String role) {
    return Initdata.create(deployment, Bytes.ofUtf8("{\"role\":\"" + role + "\"}"));
  }

  /** The security processor of a VM with this initdata, asked through an agent of this kind. */
  static Attester attester(EvidenceKind kind, Initdata initdata) {
    return what ->
        new Evidence(
            "snp",
            TestVendor.report(ReportData.of(kind, what), initdata.digest()),
            TestVendor.certificates(),
            initdata.document());
  }

  /** Accepts Coordinators and agents of these initdata; kinds are told apart by the digest. */
  static PeerCheck check(DeploymentPin pin, Initdata... accepted) {
    List<Bytes> digests = List.of(accepted).stream().map(Initdata::digest).toList();
    EvidencePeerCheck.Accepted rules =
        new EvidencePeerCheck.Accepted() {
          @Override
          public List<ReferenceValue> references(EvidenceKind kind, Bytes digest) {
            return digests.contains(digest)
                ? List.of(TestVendor.reference(), TestVendor.tdxReference())
                : List.of();
          }

          @Override
          public String name(EvidenceKind kind, Initdata initdata) {
            return kind.text();
          }
        };
    return new EvidencePeerCheck(
        pin, EvidenceVerifier.allowingSimulated(), rules, InstantSource.fixed(TestVendor.NOW));
  }

  static PeerCheck coordinators() {
    return check(SHOP.pin(), COORDINATOR);
  }

  /** A check that a careless or corrupted peer makes: none. */
  static PeerCheck gullible() {
    return (kind, what, evidence) -> new PeerIdentity.Proven(kind, "whoever", what, evidence);
  }

  static Map<Purpose, PeerCheck> allPurposes() {
    Map<Purpose, PeerCheck> checks = new EnumMap<>(Purpose.class);
    checks.put(Purpose.JOIN, check(SHOP.pin(), AGENT));
    checks.put(Purpose.PEER, coordinators());
    checks.put(Purpose.OWNER, Responder.NO_EVIDENCE);
    checks.put(Purpose.VERIFY, Responder.NO_EVIDENCE);
    return checks;
  }

  static Responder.Service service(Supplier<Head> heads) {
    return new Responder.Service(Set.of(SHOP.pin()), allPurposes(), heads);
  }

  static EvidenceBatcher batcher() {
    return new EvidenceBatcher(attester(EvidenceKind.COORDINATOR, COORDINATOR), Duration.ZERO, 16);
  }

  static Attester initiatorOf(Purpose purpose) {
    return purpose == Purpose.PEER
        ? attester(EvidenceKind.COORDINATOR, COORDINATOR)
        : attester(EvidenceKind.AGENT, AGENT);
  }

  static void assertRefused(ErrorCode code, Step step, ThrowingCallable action) {
    Assertions.assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            CloisterException.class, refusal -> assertRefusal(refusal, code, step));
  }

  static void assertRefusal(CloisterException refusal, ErrorCode code, Step step) {
    Assertions.assertThat(refusal.code()).describedAs(refusal.getMessage()).isEqualTo(code);
    Assertions.assertThat(refusal.where()).isEqualTo(step.text());
  }

  /** The same, where the reason is the refusal of evidence. */
  static void assertRefusal(CloisterException refusal, ErrorCode code, Step step, ErrorCode cause) {
    assertRefusal(refusal, code, step);
    Assertions.assertThat(refusal.getCause())
        .isInstanceOfSatisfying(
            CloisterException.class, inner -> Assertions.assertThat(inner.code()).isEqualTo(cause));
  }
}
