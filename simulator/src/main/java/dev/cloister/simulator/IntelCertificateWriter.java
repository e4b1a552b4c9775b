package dev.cloister.simulator;

import static dev.cloister.encoding.DerWriter.bits;
import static dev.cloister.encoding.DerWriter.bool;
import static dev.cloister.encoding.DerWriter.context;
import static dev.cloister.encoding.DerWriter.element;
import static dev.cloister.encoding.DerWriter.integer;
import static dev.cloister.encoding.DerWriter.octets;
import static dev.cloister.encoding.DerWriter.oid;
import static dev.cloister.encoding.DerWriter.printable;
import static dev.cloister.encoding.DerWriter.sequence;
import static dev.cloister.encoding.DerWriter.set;
import static dev.cloister.encoding.DerWriter.time;
import static dev.cloister.encoding.DerWriter.utf8;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.DerReader;
import dev.cloister.simulator.CertificateWriter.Validity;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/**
 * Certificates and revocation lists of Intel's shape (Intel SGX PCK Certificate and CRL Profile
 * Specification): the same names, extensions and algorithm, except that the organisation is
 * SIMULATED.
 */
final class IntelCertificateWriter {

  static final String ROOT = "Intel SGX Root CA";
  static final String PLATFORM_CA = "Intel SGX PCK Platform CA";
  static final String PCK = "Intel SGX PCK Certificate";
  static final String SIGNER = "Intel SGX TCB Signing";

  private static final String SGX = "1.2.840.113741.1.13.1";
  private static final Bytes ECDSA = sequence(oid("1.2.840.10045.4.3.2"));
  private static final int ENUMERATED = 0x0a;
  private static final int SIGNS_CERTIFICATES = 0x06;
  private static final int SIGNS_OTHER = 0xc0;

  private IntelCertificateWriter() {}

  /** Who issues, and with which key. */
  record Issuer(String name, Bytes spki, PrivateKey key) {}

  static Bytes authority(Issuer issuer, String subject, Bytes spki, Validity validity) {
    boolean isRoot = issuer.name().equals(subject);
    Bytes constraints =
        isRoot ? sequence(bool(true), integer(1)) : sequence(bool(true), integer(0));
    return certificate(
        issuer,
        subject,
        spki,
        validity,
        sequence(
            authorityIdentifier(issuer.spki()),
            subjectIdentifier(spki),
            keyUsage(SIGNS_CERTIFICATES, 1),
            critical("2.5.29.19", constraints)));
  }

  static Bytes signer(Issuer issuer, Bytes spki, Validity validity) {
    return certificate(issuer, SIGNER, spki, validity, sequence(endExtensions(issuer, spki)));
  }

  /**
   * The certificate of a platform's key.
   *
   * @param ppid 16 bytes
   * @param instance 16 bytes
   */
  static Bytes pck(Issuer issuer, Bytes spki, Validity validity, Bytes ppid, Bytes instance) {
    return certificate(
        issuer,
        PCK,
        spki,
        validity,
        sequence(
            endExtensions(issuer, spki), plain(SGX, sequence(platformFields(ppid, instance)))));
  }

  private static Bytes endExtensions(Issuer issuer, Bytes spki) {
    return Bytes.concat(
        authorityIdentifier(issuer.spki()),
        subjectIdentifier(spki),
        keyUsage(SIGNS_OTHER, 6),
        critical("2.5.29.19", sequence()));
  }

  private static Bytes platformFields(Bytes ppid, Bytes instance) {
    Bytes levels = Bytes.EMPTY;
    for (int i = 0; i < 16; i++) {
      int level = SimulatedTdxPlatform.SGX_COMPONENTS.get(i);
      levels = Bytes.concat(levels, field(".2." + (i + 1), integer(level)));
    }
    Bytes configuration =
        sequence(field(".7.1", bool(false)), field(".7.2", bool(true)), field(".7.3", bool(true)));
    return Bytes.concat(
        field(".1", octets(ppid)),
        field(
            ".2",
            sequence(
                levels,
                field(".2.17", integer(SimulatedTdxPlatform.PCE_SVN)),
                field(".2.18", octets(SimulatedTdxPlatform.CPU_SVN)))),
        field(".3", octets(SimulatedTdxPlatform.PCE_ID)),
        field(".4", octets(SimulatedTdxPlatform.FMSPC)),
        field(".5", element(ENUMERATED, Bytes.of(new byte[] {1}))),
        field(".6", octets(instance)),
        field(".7", configuration));
  }

  private static Bytes field(String suffix, Bytes value) {
    return sequence(oid(SGX + suffix), value);
  }

  static Bytes emptyRevocationList(Issuer issuer, Validity validity, long number) {
    return signed(
        issuer.key(),
        sequence(
            integer(1),
            ECDSA,
            name(issuer.name()),
            time(validity.from()),
            time(validity.to()),
            context(
                0,
                sequence(
                    plain("2.5.29.20", integer(number)), authorityIdentifier(issuer.spki())))));
  }

  private static Bytes certificate(
      Issuer issuer, String subject, Bytes spki, Validity validity, Bytes extensions) {
    BigInteger serial = new BigInteger(1, spki.sha256().slice(0, 20).toArray());
    Bytes body =
        sequence(
            context(0, integer(2)),
            integer(serial),
            ECDSA,
            name(issuer.name()),
            sequence(time(validity.from()), time(validity.to())),
            name(subject),
            spki,
            context(3, extensions));
    return signed(issuer.key(), body);
  }

  private static Bytes signed(PrivateKey key, Bytes body) {
    return sequence(body, ECDSA, bits(sign("SHA256withECDSA", key, body)));
  }

  /** A signature on P-256. */
  static Bytes sign(String algorithm, PrivateKey key, Bytes message) {
    try {
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(message.toBuffer());
      return Bytes.of(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform signs on P-256", e);
    }
  }

  private static Bytes name(String commonName) {
    return sequence(
        attribute("2.5.4.3", utf8(commonName)),
        attribute("2.5.4.10", utf8(CertificateWriter.ORGANISATION)),
        attribute("2.5.4.7", utf8("Santa Clara")),
        attribute("2.5.4.8", utf8("CA")),
        attribute("2.5.4.6", printable("US")));
  }

  private static Bytes attribute(String type, Bytes value) {
    return set(sequence(oid(type), value));
  }

  private static Bytes plain(String type, Bytes value) {
    return sequence(oid(type), octets(value));
  }

  private static Bytes critical(String type, Bytes value) {
    return sequence(oid(type), bool(true), octets(value));
  }

  private static Bytes keyUsage(int uses, int unusedBits) {
    return critical(
        "2.5.29.15",
        element(DerReader.BIT_STRING, Bytes.of(new byte[] {(byte) unusedBits, (byte) uses})));
  }

  private static Bytes subjectIdentifier(Bytes spki) {
    return plain("2.5.29.14", octets(spki.sha256().slice(0, 20)));
  }

  private static Bytes authorityIdentifier(Bytes spki) {
    return plain("2.5.29.35", sequence(element(0x80, spki.sha256().slice(0, 20))));
  }
}
