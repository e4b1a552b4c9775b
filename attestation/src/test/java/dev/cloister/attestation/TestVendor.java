package dev.cloister.attestation;

import static dev.cloister.encoding.DerWriter.bits;
import static dev.cloister.encoding.DerWriter.bool;
import static dev.cloister.encoding.DerWriter.context;
import static dev.cloister.encoding.DerWriter.element;
import static dev.cloister.encoding.DerWriter.ia5;
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
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A vendor of AMD's shape for tests, whose certificates and reports can be wrong in any way. Its
 * keys are made once per run.
 */
final class TestVendor {

  static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  static final String BASE = "1.3.6.1.4.1.3704.1.";

  private static final KeyPair ARK = rsa(4096);
  private static final KeyPair ASK = rsa(4096);
  private static final KeyPair CHIP = ec("secp384r1");

  private TestVendor() {}

  static TrustAnchor anchor() {
    return TrustAnchor.simulated(spki(ARK).sha256());
  }

  static SnpAuthenticator authenticator() {
    return SnpAuthenticator.of(anchor());
  }

  /** A certificate that can be changed before it is signed. */
  static final class Draft {
    String issuer;
    String subject;
    String country = "US";
    String organisation = "SIMULATED";
    Bytes spki;
    PrivateKey signer;
    long serial;
    Instant from = NOW.minus(Duration.ofDays(100));
    Instant to = NOW.plus(Duration.ofDays(100));
    Bytes algorithm = PssAlgorithm.DER;
    String hash = "SHA-384";
    final List<Bytes> fixed = new ArrayList<>();
    final Map<String, Bytes> extensions = new TreeMap<>();

    private Draft(String issuer, String subject, Bytes spki, PrivateKey signer) {
      this.issuer = issuer;
      this.subject = subject;
      this.spki = spki;
      this.signer = signer;
    }

    Bytes sign() {
      List<Bytes> all = new ArrayList<>(fixed);
      extensions.forEach((type, value) -> all.add(sequence(oid(type), octets(value))));
      Bytes body =
          sequence(
              context(0, integer(2)),
              integer(serial),
              algorithm,
              name(issuer),
              sequence(time(from), time(to)),
              name(subject),
              spki,
              context(3, sequence(all.toArray(new Bytes[0]))));
      return sequence(body, algorithm, bits(pss(body, signer, hash)));
    }

    private Bytes name(String commonName) {
      return TestVendor.name(country, organisation, commonName);
    }
  }

  static Draft root() {
    return authority("ARK-Genoa", "ARK-Genoa", ARK, ARK);
  }

  static Draft ask() {
    return authority("ARK-Genoa", "SEV-Genoa", ASK, ARK);
  }

  static Draft asvk() {
    return authority("ARK-Genoa", "SEV-VLEK-Genoa", ASK, ARK);
  }

  private static Draft authority(String issuer, String subject, KeyPair own, KeyPair above) {
    Draft draft = new Draft(issuer, subject, spki(own), above.getPrivate());
    draft.serial = 0x20002;
    draft.fixed.add(critical("2.5.29.19", sequence(bool(true))));
    draft.fixed.add(
        critical("2.5.29.15", element(DerReader.BIT_STRING, Bytes.of(new byte[] {1, 0x06}))));
    return draft;
  }

  static Draft vcek() {
    Draft draft = leaf("SEV-Genoa", "SEV-VCEK");
    draft.extensions.put(BASE + "4", chipId());
    return draft;
  }

  static Draft vlek() {
    Draft draft = leaf("SEV-VLEK-Genoa", "SEV-VLEK");
    draft.extensions.put(BASE + "5", ia5("CN=cloud.example"));
    return draft;
  }

  private static Draft leaf(String issuer, String subject) {
    Draft draft = new Draft(issuer, subject, spki(CHIP), ASK.getPrivate());
    draft.extensions.put(BASE + "1", integer(0));
    draft.extensions.put(BASE + "2", ia5("Genoa"));
    int[] levels = {10, 0, 25, 0, 0, 0, 0, 84};
    for (int i = 0; i < levels.length; i++) {
      draft.extensions.put(BASE + "3." + (i + 1), integer(levels[i]));
    }
    return draft;
  }

  static Bytes critical(String type, Bytes value) {
    return sequence(oid(type), bool(true), octets(value));
  }

  static Bytes chipId() {
    return Bytes.ofUtf8("a chip").sha512();
  }

  static TcbVersion tcb() {
    return new TcbVersion(TcbLayout.MILAN_GENOA, 0, 10, 0, 25, 84);
  }

  static Bytes rsaLeafKey() {
    return spki(ASK);
  }

  static Bytes p256Key() {
    return spki(ec("secp256r1"));
  }

  static PrivateKey strangerKey() {
    return rsa(2048).getPrivate();
  }

  /** A revocation list of the root. */
  static Bytes revocationList(Instant from, Instant to, long... serials) {
    List<Bytes> entries = new ArrayList<>();
    for (long serial : serials) {
      entries.add(sequence(integer(BigInteger.valueOf(serial)), time(from)));
    }
    Bytes none = Bytes.EMPTY;
    Bytes body =
        sequence(
            integer(1),
            PssAlgorithm.DER,
            name("US", "SIMULATED", "ARK-Genoa"),
            time(from),
            time(to),
            entries.isEmpty() ? none : sequence(entries.toArray(new Bytes[0])),
            context(0, sequence(sequence(oid("2.5.29.20"), octets(integer(1))))));
    return sequence(body, PssAlgorithm.DER, bits(pss(body, ARK.getPrivate(), "SHA-384")));
  }

  static Bytes currentList(long... serials) {
    return revocationList(NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(1)), serials);
  }

  /** A report that can be changed before and after it is signed. */
  static final class ReportDraft {
    final byte[] bytes = new byte[SnpReport.SIZE];

    ReportDraft() {
      put(0x000, 5);
      put(0x00a, 3);
      put(0x034, 1);
      put(0x040, 0x25);
      put(0x050, question());
      put(0x090, digest());
      put(0x0c0, hostData());
      put(0x140, Bytes.ofUtf8("a vm").sha256());
      for (int at : new int[] {0x038, 0x180, 0x1e0, 0x1f0}) {
        put(at, tcb().toBytes());
      }
      put(0x188, 0x19, 0x11, 0x01);
      put(0x1a0, chipId());
      put(0x1e8, 39, 55, 1);
      put(0x1ec, 39, 55, 1);
      put(0x1f8, 3);
      put(0x200, 7);
    }

    ReportDraft put(int at, int... values) {
      for (int i = 0; i < values.length; i++) {
        bytes[at + i] = (byte) values[i];
      }
      return this;
    }

    ReportDraft put(int at, Bytes value) {
      System.arraycopy(value.toArray(), 0, bytes, at, value.size());
      return this;
    }

    Bytes sign() {
      try {
        Signature signer = Signature.getInstance("SHA384withECDSAinP1363Format");
        signer.initSign(CHIP.getPrivate());
        signer.update(bytes, 0, SnpReport.SIGNED_SIZE);
        Bytes signature = Bytes.of(signer.sign());
        put(0x2a0, signature.slice(0, 48).reversed());
        put(0x2e8, signature.slice(48, 96).reversed());
        return Bytes.of(bytes);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static ReportDraft report() {
    return new ReportDraft();
  }

  static Bytes question() {
    return Bytes.ofUtf8("a question").sha512();
  }

  static Bytes digest() {
    return Bytes.ofUtf8("a launch").sha384();
  }

  static Bytes hostData() {
    return Bytes.ofUtf8("an initdata").sha256();
  }

  /** Good certificates around the report. */
  static SnpEvidence evidence(Bytes report) {
    return evidence(report, vcek().sign());
  }

  static SnpEvidence evidence(Bytes report, Bytes leaf) {
    return new SnpEvidence(
        report, List.of(leaf, ask().sign(), root().sign()), List.of(currentList()));
  }

  private static Bytes name(String country, String organisation, String commonName) {
    return sequence(
        set(sequence(oid("2.5.4.11"), utf8("Engineering"))),
        set(sequence(oid("2.5.4.6"), printable(country))),
        set(sequence(oid("2.5.4.7"), utf8("Santa Clara"))),
        set(sequence(oid("2.5.4.8"), utf8("CA"))),
        set(sequence(oid("2.5.4.10"), utf8(organisation))),
        set(sequence(oid("2.5.4.3"), utf8(commonName))));
  }

  private static Bytes pss(Bytes message, PrivateKey key, String hash) {
    try {
      Signature signer = Signature.getInstance("RSASSA-PSS");
      signer.setParameter(new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), 48, 1));
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

  private static KeyPair rsa(int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(size, new SecureRandom());
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair ec(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve), new SecureRandom());
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
