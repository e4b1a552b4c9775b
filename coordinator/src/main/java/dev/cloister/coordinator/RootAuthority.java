package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.encoding.Transcript;
import dev.cloister.manifest.Deployment;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * The root CA of a Coordinator instance: a P-256 key that its seed determines, in a certificate
 * that is the same, byte for byte, after each recovery. It signs mesh CAs and nothing else.
 */
final class RootAuthority {

  /** 64 bits more than the order has, so that the remainder is even (FIPS 186-5 appendix A.2.1). */
  private static final int MATERIAL_SIZE = 48;

  private static final Instant NOT_BEFORE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);
  private static final int SERIAL_SIZE = 16;

  private final Deployment deployment;
  private final X500Name name;
  private final ECPrivateKeyParameters key;
  private final SubjectPublicKeyInfo publicKey;
  private final Bytes certificate;

  private RootAuthority(Deployment deployment, ECPrivateKeyParameters key) {
    this.deployment = deployment;
    this.name = CertificateParts.authority(deployment, "root CA");
    this.key = key;
    this.publicKey = publicKey(key);
    this.certificate = selfSigned();
  }

  /** The root CA that belongs to the seed. */
  static RootAuthority derive(Seed seed, Deployment deployment) {
    try (Secret material = seed.rootKey(MATERIAL_SIZE)) {
      byte[] raw = material.expose(SecretAccess.INSTANCE);
      try {
        BigInteger most = P256.DOMAIN.getN().subtract(BigInteger.ONE);
        BigInteger scalar = new BigInteger(1, raw).mod(most).add(BigInteger.ONE);
        return new RootAuthority(deployment, new ECPrivateKeyParameters(scalar, P256.DOMAIN));
      } finally {
        Arrays.fill(raw, (byte) 0);
      }
    }
  }

  private static SubjectPublicKeyInfo publicKey(ECPrivateKeyParameters key) {
    ECPublicKeyParameters point =
        new ECPublicKeyParameters(
            new FixedPointCombMultiplier().multiply(P256.DOMAIN.getG(), key.getD()), P256.DOMAIN);
    try {
      return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(point);
    } catch (IOException e) {
      throw new IllegalStateException("a P-256 key has an encoding", e);
    }
  }

  private Bytes selfSigned() {
    Bytes serial =
        Transcript.of("cloister/root-ca-serial/v1")
            .add(CertificateParts.encoded(publicKey))
            .sha256()
            .slice(0, SERIAL_SIZE);
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            name,
            new BigInteger(1, serial.toArray()).setBit(0),
            CertificateParts.time(NOT_BEFORE),
            CertificateParts.NEVER,
            name,
            publicKey);
    CertificateParts.addAuthority(builder, new BasicConstraints(1), publicKey, publicKey);
    return CertificateParts.sign(builder, new DeterministicSigner(key));
  }

  /** The certificate, DER. */
  Bytes certificate() {
    return certificate;
  }

  /** SHA-256 of the SubjectPublicKeyInfo: what the first transition names. */
  Bytes keyDigest() {
    return CertificateParts.encoded(publicKey).sha256();
  }

  /**
   * A mesh CA with a key that exists nowhere else.
   *
   * @param generation number of the transition that it belongs to
   */
  MeshAuthority newMesh(long generation, SecureRandom random, Instant now) {
    java.security.KeyPair pair = P256.generate(random);
    SubjectPublicKeyInfo own = SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
    String mark = CertificateParts.encoded(own).sha256().slice(0, 4).toHex();
    X500Name subject = CertificateParts.authority(deployment, "mesh CA " + generation + " " + mark);
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            name,
            CertificateParts.serial(random),
            CertificateParts.time(now.minus(CLOCKS_DIFFER)),
            CertificateParts.NEVER,
            subject,
            own);
    CertificateParts.addAuthority(builder, new BasicConstraints(0), own, publicKey);
    Bytes der = CertificateParts.sign(builder, new DeterministicSigner(key));
    return new MeshAuthority(deployment, subject, pair, der);
  }
}
