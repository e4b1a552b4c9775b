package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.DerReader;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Set;

/**
 * An X.509 certificate of the shape that AMD issues (RFC 5280; AMD 57230): version 3, signed with
 * {@link PssAlgorithm}. What it says has been read but not believed.
 *
 * @param raw its DER
 * @param signed the part that the signature covers
 * @param serial its number; every VCEK has 0
 * @param issuer who signed it
 * @param notBefore first second of its validity
 * @param notAfter last second of its validity
 * @param subject whose key it holds
 * @param spki SubjectPublicKeyInfo of that key
 * @param extensions its extensions
 * @param signature by the issuer's key
 */
record AmdCertificate(
    Bytes raw,
    Bytes signed,
    BigInteger serial,
    DistinguishedName issuer,
    Instant notBefore,
    Instant notAfter,
    DistinguishedName subject,
    Bytes spki,
    Extensions extensions,
    Bytes signature) {

  /** The largest certificate that is read; genuine ones have 1.3 to 1.7 kB. */
  static final int MAX_BYTES = 8192;

  static AmdCertificate parse(Bytes raw, String role) {
    try {
      return read(raw, role);
    } catch (CloisterException e) {
      if (e.code() instanceof AttestationError) {
        throw e;
      }
      throw new CloisterException(
          AttestationError.CERTIFICATE_MALFORMED, "certificates." + role, e.detail(), e);
    }
  }

  private static AmdCertificate read(Bytes raw, String role) {
    DerReader outer = DerReader.of(raw, role, MAX_BYTES);
    DerReader certificate = outer.enter(DerReader.SEQUENCE);
    outer.end();
    Bytes signed = certificate.element();
    Bytes algorithm = PssAlgorithm.require(certificate.element(), role);
    Bytes signature = certificate.bits();
    certificate.end();

    DerReader body = DerReader.of(signed, role, MAX_BYTES).enter(DerReader.SEQUENCE);
    DerReader version = body.enter(DerReader.context(0));
    version.integer(2, 2);
    version.end();
    BigInteger serial = body.integer();
    if (!body.element().equals(algorithm)) {
      throw body.malformed("the two signature algorithms differ");
    }
    DistinguishedName issuer = DistinguishedName.read(body);
    DerReader validity = body.enter(DerReader.SEQUENCE);
    Instant notBefore = validity.time();
    Instant notAfter = validity.time();
    validity.end();
    DistinguishedName subject = DistinguishedName.read(body);
    Bytes spki = body.element();
    DerReader wrapper = body.enter(DerReader.context(3));
    Extensions extensions = Extensions.read(wrapper.enter(DerReader.SEQUENCE), role);
    wrapper.end();
    body.end();
    return new AmdCertificate(
        raw, signed, serial, issuer, notBefore, notAfter, subject, spki, extensions, signature);
  }

  /** Refuses a time outside the validity. */
  void requireCurrent(Instant at, String role) {
    requireCurrent(notBefore, notAfter, at, role);
  }

  static void requireCurrent(Instant notBefore, Instant notAfter, Instant at, String role) {
    if (at.isBefore(notBefore) || at.isAfter(notAfter)) {
      throw new Refusal(
          AttestationError.CERTIFICATE_NOT_CURRENT,
          "certificates." + role + ".validity",
          notBefore + " to " + notAfter,
          at.toString());
    }
  }

  /** Refuses a certificate that may not sign others. */
  void requireAuthority(String role) {
    extensions.requireKnown(Set.of(Extensions.KEY_USAGE, Extensions.BASIC_CONSTRAINTS), role);
    DerReader constraints = extension(Extensions.BASIC_CONSTRAINTS, role).enter(DerReader.SEQUENCE);
    boolean authority = constraints.nextIs(DerReader.BOOLEAN) && constraints.bool();
    Bytes usage = extension(Extensions.KEY_USAGE, role).content(DerReader.BIT_STRING);
    boolean signs = usage.size() >= 2 && (usage.at(1) & 0x04) != 0;
    if (!authority || !signs) {
      throw new CloisterException(
          AttestationError.CERTIFICATE_EXTENSION,
          "certificates." + role,
          "the certificate is not one of an authority");
    }
  }

  private DerReader extension(String oid, String role) {
    return DerReader.of(extensions.value(oid, role), role, MAX_BYTES);
  }
}
