package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.IdentityName;
import dev.cloister.manifest.Workload;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The CA of one generation of the mesh. Its key is random, lives in this Coordinator's memory only,
 * and is dropped at the next transition; its certificate stays accepted until its grace ends.
 */
final class MeshAuthority {

  /** For clients whose clocks are behind; never more than a tenth of the lifetime. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

  private static final int PART_OF_LIFETIME = 10;

  private final Deployment deployment;
  private final X500Name name;
  private final KeyPair keys;
  private final SubjectPublicKeyInfo publicKey;
  private final Bytes certificate;

  MeshAuthority(Deployment deployment, X500Name name, KeyPair keys, Bytes certificate) {
    this.deployment = deployment;
    this.name = name;
    this.keys = keys;
    this.publicKey = SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
    this.certificate = certificate;
  }

  /** The certificate, DER. */
  Bytes certificate() {
    return certificate;
  }

  /**
   * A certificate of this authority.
   *
   * @param der the certificate
   * @param notAfter when it expires
   */
  record Leaf(Bytes der, Instant notAfter) {}

  /**
   * A certificate for a workload (design D10): who it is stands in it three times, as SPIFFE URI,
   * as identity name and as subject, for those who can read only one of them.
   *
   * @param key SubjectPublicKeyInfo of a P-256 key
   * @param lifetime from now on
   */
  Leaf issue(Workload workload, Bytes key, Duration lifetime, SecureRandom random, Instant now) {
    Instant from = now.truncatedTo(ChronoUnit.SECONDS).minus(backdated(lifetime));
    Instant until = now.truncatedTo(ChronoUnit.SECONDS).plus(lifetime);
    SubjectPublicKeyInfo own = SubjectPublicKeyInfo.getInstance(key.toArray());
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            name,
            CertificateParts.serial(random),
            CertificateParts.time(from),
            CertificateParts.time(until),
            subject(workload),
            own);
    CertificateParts.add(builder, Extension.basicConstraints, true, new BasicConstraints(false));
    CertificateParts.add(
        builder, Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    CertificateParts.add(
        builder,
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(
            new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    CertificateParts.add(builder, Extension.subjectAlternativeName, false, names(workload));
    CertificateParts.addKeys(builder, own, publicKey);
    try {
      return new Leaf(
          CertificateParts.sign(
              builder,
              new JcaContentSignerBuilder("SHA256withECDSA")
                  .setSecureRandom(random)
                  .build(keys.getPrivate())),
          until);
    } catch (OperatorCreationException e) {
      throw new IllegalStateException("every Java platform has ECDSA", e);
    }
  }

  private static Duration backdated(Duration lifetime) {
    Duration part = lifetime.dividedBy(PART_OF_LIFETIME).truncatedTo(ChronoUnit.SECONDS);
    return part.compareTo(CLOCKS_DIFFER) < 0 ? part : CLOCKS_DIFFER;
  }

  /** As RFC 2253 writes it: {@code CN=WORKLOAD,OU=NAMESPACE,O=DEPLOYMENT}. */
  private X500Name subject(Workload workload) {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, deployment.name())
        .addRDN(BCStyle.OU, workload.namespace())
        .addRDN(BCStyle.CN, workload.name())
        .build();
  }

  private GeneralNames names(Workload workload) {
    List<GeneralName> names = new ArrayList<>();
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, spiffe(workload)));
    names.add(
        new GeneralName(GeneralName.dNSName, IdentityName.of(workload, deployment).toString()));
    for (String san : workload.sans()) {
      names.add(new GeneralName(GeneralName.dNSName, san));
    }
    return new GeneralNames(names.toArray(new GeneralName[0]));
  }

  private String spiffe(Workload workload) {
    return "spiffe://" + deployment.name() + "/" + workload.namespace() + "/" + workload.name();
  }
}
