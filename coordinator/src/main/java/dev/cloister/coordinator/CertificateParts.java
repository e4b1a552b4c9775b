package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Mode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;

/** What the certificates of a deployment have in common (RFC 5280). */
final class CertificateParts {

  /** "No well-defined expiration date" (RFC 5280 section 4.1.2.5): generations end, not dates. */
  static final Time NEVER = new Time(new DERGeneralizedTime("99991231235959Z"));

  private static final Instant FIRST_GENERALIZED = Instant.parse("2050-01-01T00:00:00Z");
  private static final DateTimeFormatter UTC_TIME = format("yyMMddHHmmss'Z'");
  private static final DateTimeFormatter GENERALIZED_TIME = format("yyyyMMddHHmmss'Z'");
  private static final int KEY_ID_SIZE = 20;
  private static final int SERIAL_BITS = 127;

  private CertificateParts() {}

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  /** A time to the second, as UTCTime before 2050 (RFC 5280 section 4.1.2.5). */
  static Time time(Instant instant) {
    return instant.isBefore(FIRST_GENERALIZED)
        ? new Time(new DERUTCTime(UTC_TIME.format(instant)))
        : new Time(new DERGeneralizedTime(GENERALIZED_TIME.format(instant)));
  }

  /** The name of an authority, which says where the deployment protects nothing. */
  static X500Name authority(Deployment deployment, String what) {
    String warning =
        switch (deployment.mode()) {
          case SIMULATED -> Mode.SIMULATED.text().toUpperCase(Locale.ROOT) + " ";
          case HARDWARE -> "";
        };
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, deployment.name())
        .addRDN(BCStyle.CN, warning + what)
        .build();
  }

  /** A positive number of 127 random bits. */
  static BigInteger serial(SecureRandom random) {
    return new BigInteger(SERIAL_BITS, random).setBit(0);
  }

  /** The first 160 bits of the SHA-256 of the public key (RFC 7093 section 2). */
  static byte[] keyId(SubjectPublicKeyInfo key) {
    return encoded(key).sha256().slice(0, KEY_ID_SIZE).toArray();
  }

  static Bytes encoded(SubjectPublicKeyInfo key) {
    try {
      return Bytes.of(key.getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("a key that was read has an encoding", e);
    }
  }

  /** Says that the certificate is an authority's. */
  static void addAuthority(
      X509v3CertificateBuilder builder,
      BasicConstraints constraints,
      SubjectPublicKeyInfo key,
      SubjectPublicKeyInfo issuer) {
    add(builder, Extension.basicConstraints, true, constraints);
    add(builder, Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    addKeys(builder, key, issuer);
  }

  /** Names the certificate's key and its issuer's. */
  static void addKeys(
      X509v3CertificateBuilder builder, SubjectPublicKeyInfo key, SubjectPublicKeyInfo issuer) {
    add(builder, Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyId(key)));
    add(
        builder,
        Extension.authorityKeyIdentifier,
        false,
        new AuthorityKeyIdentifier(keyId(issuer)));
  }

  static void add(
      X509v3CertificateBuilder builder,
      org.bouncycastle.asn1.ASN1ObjectIdentifier type,
      boolean critical,
      org.bouncycastle.asn1.ASN1Encodable value) {
    try {
      builder.addExtension(type, critical, value);
    } catch (IOException e) {
      throw new IllegalStateException("an extension that was made has an encoding", e);
    }
  }

  static Bytes sign(X509v3CertificateBuilder builder, ContentSigner signer) {
    X509CertificateHolder holder = builder.build(signer);
    try {
      return Bytes.of(holder.getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("a certificate that was made has an encoding", e);
    }
  }

  /** The certificate for the JDK. */
  static X509Certificate certificate(Bytes der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der.toArray()));
    } catch (CertificateException e) {
      throw new IllegalStateException("a certificate that was made here is readable", e);
    }
  }
}
