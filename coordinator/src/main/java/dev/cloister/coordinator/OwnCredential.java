package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Workload;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The Coordinator as a member of its own mesh: a certificate of the newest generation for its entry
 * of the manifest, made anew with each generation and before it expires; a self-signed one before
 * there is a manifest. The key is this process's own. Safe for use by any thread.
 */
public final class OwnCredential implements TlsIdentity {

  private static final Duration SELF_SIGNED = Duration.ofDays(1);

  private final Coordinator coordinator;
  private final KeyPair keys;
  private Issued issued;

  /** A credential, whom it is from, and when it is to be made anew. */
  private record Issued(Credential credential, Stage of, Instant due) {}

  /** The credential of a Coordinator. */
  public OwnCredential(Coordinator coordinator) {
    this.coordinator = coordinator;
    this.keys = P256.generate(coordinator.parts().random());
    this.issued = issue(coordinator.stage());
  }

  @Override
  public synchronized Credential current() {
    Stage stage = coordinator.stage();
    if (!issued.of().equals(stage)
        || !coordinator.parts().clock().instant().isBefore(issued.due())) {
      issued = issue(stage);
    }
    return issued.credential();
  }

  private Issued issue(Stage stage) {
    Instant now = coordinator.parts().clock().instant();
    return switch (stage) {
      case Stage.Ready ready -> member(ready, now);
      case Stage.Awaiting _, Stage.Recovering _ -> selfSigned(stage, now);
    };
  }

  private Issued member(Stage.Ready ready, Instant now) {
    Duration lifetime = ready.manifest().certificates().lifetime();
    // After a recovery the owners' newest manifest may list another Coordinator only.
    Optional<Workload> self = ready.manifest().workload(coordinator.initdata().digest());
    if (self.isEmpty()) {
      return selfSigned(ready, now);
    }
    MeshAuthority.Leaf leaf =
        ready
            .mesh()
            .issue(
                self.get(),
                Bytes.of(keys.getPublic().getEncoded()),
                lifetime,
                coordinator.parts().random(),
                now);
    return new Issued(
        new Credential(
            keys.getPrivate(),
            List.of(
                CertificateParts.certificate(leaf.der()),
                CertificateParts.certificate(ready.mesh().certificate()))),
        ready,
        now.plus(lifetime.multipliedBy(2).dividedBy(3)));
  }

  private Issued selfSigned(Stage stage, Instant now) {
    X500Name name = CertificateParts.authority(coordinator.deployment(), "Coordinator");
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            name,
            CertificateParts.serial(coordinator.parts().random()),
            CertificateParts.time(now.minus(Duration.ofMinutes(5))),
            CertificateParts.time(now.plus(SELF_SIGNED)),
            name,
            SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
    try {
      Bytes der =
          CertificateParts.sign(
              builder, new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
      return new Issued(
          new Credential(keys.getPrivate(), List.of(CertificateParts.certificate(der))),
          stage,
          now.plus(SELF_SIGNED.dividedBy(2)));
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("every Java platform has ECDSA", e);
    }
  }
}
