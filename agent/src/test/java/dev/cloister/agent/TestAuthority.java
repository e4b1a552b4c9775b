package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.IdentityName;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A mesh CA that gives any certificate, also those that no Coordinator would. */
final class TestAuthority {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** Signs the CAs of all generations, and is trusted with nothing. */
  private static final X500Name ROOT = new X500Name("O=shop,CN=SIMULATED root CA");

  private static final KeyPair ROOT_KEYS = pair();

  private final KeyPair keys = pair();
  private final X500Name name;
  private final MeshGeneration generation;

  TestAuthority(int number) throws Exception {
    name = new X500Name("O=shop,CN=SIMULATED mesh CA " + number + " 0a1b2c3d");
    X509v3CertificateBuilder builder = builder(ROOT, name, keys, Duration.ofDays(1));
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    generation = MeshGeneration.of(signed(builder, ROOT_KEYS));
  }

  MeshGeneration generation() {
    return generation;
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256, RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, KeyPair own, Duration until) {
    Instant now = Instant.now();
    return new X509v3CertificateBuilder(
        issuer,
        new BigInteger(64, RANDOM),
        Date.from(now.minus(Duration.ofDays(1))),
        Date.from(now.plus(until)),
        subject,
        SubjectPublicKeyInfo.getInstance(own.getPublic().getEncoded()));
  }

  private static Bytes signed(X509v3CertificateBuilder builder, KeyPair by) throws Exception {
    return Bytes.of(
        builder
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate()))
            .getEncoded());
  }

  /** What a Coordinator gives to a workload of namespace {@code default}. */
  Credentials of(String workload) throws Exception {
    return of(
        "O=shop,OU=default,CN=" + workload,
        new IdentityName(workload, "default", "shop").toString(),
        Duration.ofHours(1));
  }

  /** A certificate with this subject and DNS name. */
  Credentials of(String subject, String dnsName, Duration until) throws Exception {
    KeyPair own = pair();
    X509v3CertificateBuilder builder = builder(name, new X500Name(subject), own, until);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(
            new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, dnsName)));
    return new Credentials(
        dnsName,
        Credentials.certificates(List.of(signed(builder, keys), generation.certificate())),
        Credentials.privateKey(own.getPrivate().getEncoded()),
        Credentials.certificates(List.of(generation.certificate())),
        Secret.takeFrom(new byte[0]),
        Head.NONE,
        0,
        0);
  }
}
