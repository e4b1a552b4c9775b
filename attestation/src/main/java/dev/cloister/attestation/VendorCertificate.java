package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.DerReader;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Set;

/**
 * An X.509 certificate of the shape that AMD and Intel issue (RFC 5280; AMD 57230; Intel SGX PCK
 * Certificate and CRL Profile Specification): version 3, signed with one {@link
 * SignatureAlgorithm}. What it says has been read but not believed.
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
record VendorCertificate(
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

  static VendorCertificate parse(Bytes raw, SignatureAlgorithm algorithm, String role) {
    try {
      return read(raw, algorithm, role);
    } catch (CloisterException e) {
      if (e.code() instanceof AttestationError) {
        throw e;
      }
      throw new CloisterException(
          AttestationError.CERTIFICATE_MALFORMED, "certificates." + role, e.detail(), e);
    }
  }

  private static VendorCertificate read(Bytes raw, SignatureAlgorithm kind, String role) {
    DerReader outer = DerReader.of(raw, role, MAX_BYTES);
    DerReader certificate = outer.enter(DerReader.SEQUENCE);
    outer.end();
    Bytes signed = certificate.element();
    Bytes algorithm = kind.require(certificate.element(), "certificates." + role);
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
    return new VendorCertificate(
        raw, signed, serial, issuer, notBefore, notAfter, subject, spki, extensions, signature);
  }

  /** The time in which it is valid. */
  Validity validity() {
    return new Validity(notBefore, notAfter);
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
    requireUse(true, 1, 0x04, role);
  }

  /** Refuses a certificate that may sign others, or nothing at all. */
  void requireEnd(String role) {
    requireUse(false, 1, 0x80, role);
  }

  /**
   * @param octet where in the key usage the bit stands
   * @param bit the use that it must have (RFC 5280 section 4.2.1.3)
   */
  private void requireUse(boolean authority, int octet, int bit, String role) {
    extensions.requireKnown(Set.of(Extensions.KEY_USAGE, Extensions.BASIC_CONSTRAINTS), role);
    DerReader constraints = extension(Extensions.BASIC_CONSTRAINTS, role).enter(DerReader.SEQUENCE);
    boolean isAuthority = constraints.nextIs(DerReader.BOOLEAN) && constraints.bool();
    Bytes usage = extension(Extensions.KEY_USAGE, role).content(DerReader.BIT_STRING);
    boolean mayBeUsed = usage.size() > octet && (usage.at(octet) & bit) != 0;
    if (isAuthority != authority || !mayBeUsed) {
      throw new CloisterException(
          AttestationError.CERTIFICATE_EXTENSION,
          "certificates." + role,
          authority
              ? "the certificate is not one of an authority"
              : "the certificate is not one of an end that signs");
    }
  }

  private DerReader extension(String oid, String role) {
    return DerReader.of(extensions.value(oid, role), role, MAX_BYTES);
  }
}
