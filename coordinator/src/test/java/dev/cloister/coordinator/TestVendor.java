package dev.cloister.coordinator;

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

import dev.cloister.attestation.CertificateTable;
import dev.cloister.attestation.ReferenceValue;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.DerReader;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonParser;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A vendor of AMD's shape, whose reports are genuine under its own root. Keys live one run. */
final class TestVendor {

  static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private static final String BASE = "1.3.6.1.4.1.3704.1.";
  private static final Bytes SHA_384 = sequence(oid("2.16.840.1.101.3.4.2.2"), nothing());
  private static final Bytes PSS =
      sequence(
          oid("1.2.840.113549.1.1.10"),
          sequence(
              context(0, SHA_384),
              context(1, sequence(oid("1.2.840.113549.1.1.8"), SHA_384)),
              context(2, integer(48))));
  private static final byte[] TCB = {10, 0, 0, 0, 0, 0, 25, 84};

  private static final KeyPair ARK =
      pair("RSA", new RSAKeyGenParameterSpec(4096, RSAKeyGenParameterSpec.F4));
  // One slow key is enough: what its two certificates say differs.
  private static final KeyPair ASK = ARK;
  private static final KeyPair CHIP = pair("EC", new ECGenParameterSpec("secp384r1"));
  private static final Bytes TABLE = table();

  private TestVendor() {}

  static Bytes certificates() {
    return TABLE;
  }

  static Bytes digest() {
    return Bytes.ofUtf8("a launch").sha384();
  }

  static ReferenceValue reference() {
    return reference(digest());
  }

  /** One of another guest image. */
  static ReferenceValue otherReference() {
    return reference(Bytes.ofUtf8("another launch").sha384());
  }

  private static ReferenceValue reference(Bytes launchDigest) {
    String text =
        """
        {"tee":"snp","root":"simulated:%s","product":"Genoa","image":"guest","launchDigest":"%s",
        "vcpus":1,"guestPolicy":{"allow":["smt"],"require":[]},"requireRevocation":false,
        "platformInfo":{"allow":["smt"],"require":["aliasCheck"]},
        "minimumTcb":{"bootloader":10,"tee":0,"snp":25,"microcode":84}}
        """
            .formatted(spki(ARK).sha256().toHex(), launchDigest.toHex());
    return ReferenceValue.parse(
        JsonParser.parse(Bytes.ofUtf8(text), JsonBudget.DOCUMENT), "reference");
  }

  /** A signed report. */
  static Bytes report(Bytes reportData, Bytes hostData) {
    ByteBuffer report = ByteBuffer.allocate(1184).order(ByteOrder.LITTLE_ENDIAN);
    report.putInt(0x000, 5).putLong(0x008, 0x3_0000).putInt(0x034, 1).putLong(0x040, 0x25);
    report.put(0x050, reportData.toArray()).put(0x090, digest().toArray());
    report.put(0x0c0, hostData.toArray()).put(0x140, Bytes.ofUtf8("a vm").sha256().toArray());
    for (int at : new int[] {0x038, 0x180, 0x1e0, 0x1f0}) {
      report.put(at, TCB);
    }
    report.put(0x188, new byte[] {0x19, 0x11, 0x01}).put(0x1a0, chipId().toArray());
    report.put(0x1e8, new byte[] {39, 55, 1}).put(0x1ec, new byte[] {39, 55, 1});
    report.put(0x1f8, (byte) 3).put(0x200, (byte) 7);
    try {
      Signature signer = Signature.getInstance("SHA384withECDSAinP1363Format");
      signer.initSign(CHIP.getPrivate());
      signer.update(report.array(), 0, 0x2a0);
      Bytes signature = Bytes.of(signer.sign());
      report.put(0x2a0, signature.slice(0, 48).reversed().toArray());
      report.put(0x2e8, signature.slice(48, 96).reversed().toArray());
      return Bytes.of(report.array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Bytes chipId() {
    return Bytes.ofUtf8("a chip").sha512();
  }

  private static Bytes table() {
    return new CertificateTable(
            List.of(
                CertificateTable.Entry.of(CertificateTable.Kind.VCEK, leaf()),
                CertificateTable.Entry.of(CertificateTable.Kind.ASK, authority("SEV-Genoa", ASK)),
                CertificateTable.Entry.of(CertificateTable.Kind.ARK, authority("ARK-Genoa", ARK))))
        .toBytes();
  }

  private static Bytes authority(String subject, KeyPair own) {
    return certificate(
        "ARK-Genoa",
        subject,
        0x20002,
        spki(own),
        ARK.getPrivate(),
        List.of(
            sequence(oid("2.5.29.19"), bool(true), octets(sequence(bool(true)))),
            sequence(
                oid("2.5.29.15"),
                bool(true),
                octets(element(DerReader.BIT_STRING, Bytes.of(new byte[] {1, 0x06}))))));
  }

  private static Bytes leaf() {
    List<Bytes> extensions = new ArrayList<>();
    extensions.add(extension("1", integer(0)));
    extensions.add(extension("2", ia5("Genoa")));
    int[] levels = {10, 0, 25, 0, 0, 0, 0, 84};
    for (int i = 0; i < levels.length; i++) {
      extensions.add(extension("3." + (i + 1), integer(levels[i])));
    }
    extensions.add(extension("4", chipId()));
    return certificate("SEV-Genoa", "SEV-VCEK", 0, spki(CHIP), ASK.getPrivate(), extensions);
  }

  private static Bytes extension(String type, Bytes value) {
    return sequence(oid(BASE + type), octets(value));
  }

  private static Bytes certificate(
      String issuer, String subject, long serial, Bytes key, PrivateKey signer, List<Bytes> more) {
    Bytes validity =
        sequence(
            time(Instant.parse("2026-01-01T00:00:00Z")),
            time(Instant.parse("2027-01-01T00:00:00Z")));
    Bytes body =
        sequence(
            context(0, integer(2)),
            integer(serial),
            PSS,
            name(issuer),
            validity,
            name(subject),
            key,
            context(3, sequence(more.toArray(new Bytes[0]))));
    return sequence(body, PSS, bits(sign(body, signer)));
  }

  private static Bytes name(String commonName) {
    return sequence(
        set(sequence(oid("2.5.4.11"), utf8("Engineering"))),
        set(sequence(oid("2.5.4.6"), printable("US"))),
        set(sequence(oid("2.5.4.7"), utf8("Santa Clara"))),
        set(sequence(oid("2.5.4.8"), utf8("CA"))),
        set(sequence(oid("2.5.4.10"), utf8("SIMULATED"))),
        set(sequence(oid("2.5.4.3"), utf8(commonName))));
  }

  private static Bytes sign(Bytes message, PrivateKey key) {
    try {
      Signature signer = Signature.getInstance("RSASSA-PSS");
      signer.setParameter(new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1));
      signer.initSign(key);
      signer.update(message.toBuffer());
      return Bytes.of(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Bytes spki(KeyPair pair) {
    return Bytes.of(pair.getPublic().getEncoded());
  }

  private static KeyPair pair(String algorithm, AlgorithmParameterSpec parameters) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(parameters);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
