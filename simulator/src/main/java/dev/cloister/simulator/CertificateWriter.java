package dev.cloister.simulator;

import static dev.cloister.encoding.DerWriter.bits;
import static dev.cloister.encoding.DerWriter.bool;
import static dev.cloister.encoding.DerWriter.context;
import static dev.cloister.encoding.DerWriter.element;
import static dev.cloister.encoding.DerWriter.ia5;
import static dev.cloister.encoding.DerWriter.integer;
import static dev.cloister.encoding.DerWriter.nothing;
import static dev.cloister.encoding.DerWriter.octets;
import static dev.cloister.encoding.DerWriter.oid;
import static dev.cloister.encoding.DerWriter.printable;
import static dev.cloister.encoding.DerWriter.sequence;
import static dev.cloister.encoding.DerWriter.set;
import static dev.cloister.encoding.DerWriter.time;
import static dev.cloister.encoding.DerWriter.utf8;

import dev.cloister.attestation.TcbVersion;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.DerReader;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;

/**
 * Certificates and revocation lists of AMD's shape (AMD 57230): the same names, extensions and
 * algorithm, except that the organisation is SIMULATED.
 */
final class CertificateWriter {

  static final String ORGANISATION = "SIMULATED";

  private static final String AMD = "1.3.6.1.4.1.3704.1.";
  private static final Bytes SHA_384 = sequence(oid("2.16.840.1.101.3.4.2.2"), nothing());
  private static final Bytes PSS =
      sequence(
          oid("1.2.840.113549.1.1.10"),
          sequence(
              context(0, SHA_384),
              context(1, sequence(oid("1.2.840.113549.1.1.8"), SHA_384)),
              context(2, integer(48))));

  private CertificateWriter() {}

  /** When something is valid, both ends included. */
  record Validity(Instant from, Instant to) {}

  static Bytes root(Bytes spki, PrivateKey key, Validity validity) {
    Bytes extensions =
        sequence(
            keyUsage(0x06, 1),
            identifier("2.5.29.14", octets(spki.sha256().slice(0, 20))),
            constraints(sequence(bool(true))));
    return certificate(0x20000, "ARK-Genoa", "ARK-Genoa", spki, key, validity, extensions);
  }

  static Bytes authority(Bytes spki, Bytes rootSpki, PrivateKey rootKey, Validity validity) {
    Bytes extensions =
        sequence(
            identifier("2.5.29.14", octets(spki.sha256().slice(0, 20))),
            authorityIdentifier(rootSpki),
            constraints(sequence(bool(true), integer(0))),
            keyUsage(0x04, 2));
    return certificate(0x20002, "ARK-Genoa", "SEV-Genoa", spki, rootKey, validity, extensions);
  }

  static Bytes chip(Bytes spki, PrivateKey authorityKey, Validity validity, Bytes chipId) {
    TcbVersion tcb = SimulatedChip.TCB;
    Bytes extensions =
        sequence(
            identifier(AMD + "1", integer(0)),
            identifier(AMD + "2", ia5("Genoa")),
            identifier(AMD + "3.1", integer(tcb.bootloader())),
            identifier(AMD + "3.2", integer(tcb.tee())),
            identifier(AMD + "3.4", integer(0)),
            identifier(AMD + "3.5", integer(0)),
            identifier(AMD + "3.6", integer(0)),
            identifier(AMD + "3.7", integer(0)),
            identifier(AMD + "3.3", integer(tcb.snp())),
            identifier(AMD + "3.8", integer(tcb.microcode())),
            identifier(AMD + "4", chipId));
    return certificate(0, "SEV-Genoa", "SEV-VCEK", spki, authorityKey, validity, extensions);
  }

  static Bytes emptyRevocationList(
      Bytes rootSpki, PrivateKey rootKey, Validity validity, long number) {
    Bytes list =
        sequence(
            integer(1),
            PSS,
            name("ARK-Genoa"),
            time(validity.from()),
            time(validity.to()),
            context(
                0,
                sequence(authorityIdentifier(rootSpki), identifier("2.5.29.20", integer(number)))));
    return signed(list, rootKey);
  }

  private static Bytes certificate(
      long serial,
      String issuer,
      String subject,
      Bytes spki,
      PrivateKey key,
      Validity validity,
      Bytes extensions) {
    Bytes body =
        sequence(
            context(0, integer(2)),
            integer(serial),
            PSS,
            name(issuer),
            sequence(time(validity.from()), time(validity.to())),
            name(subject),
            spki,
            context(3, extensions));
    return signed(body, key);
  }

  private static Bytes signed(Bytes body, PrivateKey key) {
    try {
      Signature signer = Signature.getInstance("RSASSA-PSS");
      signer.setParameter(new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1));
      signer.initSign(key);
      signer.update(body.toBuffer());
      return sequence(body, PSS, bits(Bytes.of(signer.sign())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform signs with RSASSA-PSS", e);
    }
  }

  private static Bytes name(String commonName) {
    return sequence(
        attribute("2.5.4.11", utf8("Engineering")),
        attribute("2.5.4.6", printable("US")),
        attribute("2.5.4.7", utf8("Santa Clara")),
        attribute("2.5.4.8", utf8("CA")),
        attribute("2.5.4.10", utf8(ORGANISATION)),
        attribute("2.5.4.3", utf8(commonName)));
  }

  private static Bytes attribute(String type, Bytes value) {
    return set(sequence(oid(type), value));
  }

  private static Bytes identifier(String type, Bytes value) {
    return sequence(oid(type), octets(value));
  }

  private static Bytes critical(String type, Bytes value) {
    return sequence(oid(type), bool(true), octets(value));
  }

  private static Bytes constraints(Bytes value) {
    return critical("2.5.29.19", value);
  }

  private static Bytes keyUsage(int uses, int unusedBits) {
    return critical(
        "2.5.29.15",
        element(DerReader.BIT_STRING, Bytes.of(new byte[] {(byte) unusedBits, (byte) uses})));
  }

  private static Bytes authorityIdentifier(Bytes spki) {
    return identifier("2.5.29.35", sequence(element(0x80, spki.sha256().slice(0, 20))));
  }
}
