package dev.cloister.attestation;

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
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A platform with TDX of Intel's shape for tests, whose certificates, quotes and collateral can be
 * wrong in any way. Its keys are made once per run.
 */
final class TestPlatform {

  static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  static final String SGX = "1.2.840.113741.1.13.1";
  static final Bytes PIID = Bytes.ofHex("00112233445566778899aabbccddeeff");
  private static final Bytes ECDSA = sequence(oid("1.2.840.10045.4.3.2"));
  private static final KeyPair ROOT = ec();
  private static final KeyPair AUTHORITY = ec();
  private static final KeyPair PCK = ec();
  private static final KeyPair SIGNER = ec();
  private static final KeyPair ATTESTATION = ec();

  private TestPlatform() {}

  static TrustAnchor anchor() {
    return TrustAnchor.simulated(spki(ROOT).sha256());
  }

  static TdxAuthenticator authenticator() {
    return TdxAuthenticator.of(anchor());
  }

  /** A certificate that can be changed before it is signed. */
  static final class Draft {
    String issuer;
    String subject;
    String organisation = "SIMULATED";
    Bytes spki;
    PrivateKey signer;
    long serial = 77;
    Instant from = NOW.minus(Duration.ofDays(100));
    Instant to = NOW.plus(Duration.ofDays(100));
    boolean authority;
    int usage;
    final List<Bytes> extensions = new ArrayList<>();

    private Draft(String issuer, String subject, KeyPair own, KeyPair above) {
      this.issuer = issuer;
      this.subject = subject;
      this.spki = spki(own);
      this.signer = above.getPrivate();
    }

    Bytes sign() {
      List<Bytes> all = new ArrayList<>(extensions);
      all.add(TestVendor.critical("2.5.29.19", authority ? sequence(bool(true)) : sequence()));
      Bytes use = Bytes.of(new byte[] {1, (byte) usage});
      all.add(TestVendor.critical("2.5.29.15", element(DerReader.BIT_STRING, use)));
      Bytes body =
          sequence(
              context(0, integer(2)),
              integer(serial),
              ECDSA,
              name(organisation, issuer),
              sequence(time(from), time(to)),
              name(organisation, subject),
              spki,
              context(3, sequence(all.toArray(new Bytes[0]))));
      return sequence(body, ECDSA, bits(TestPlatform.sign(signer, body, "SHA256withECDSA")));
    }
  }

  private static Draft authority(String issuer, String subject, KeyPair own, KeyPair above) {
    Draft draft = new Draft(issuer, subject, own, above);
    draft.authority = true;
    draft.usage = 0x06;
    return draft;
  }

  static Draft root() {
    return authority("Intel SGX Root CA", "Intel SGX Root CA", ROOT, ROOT);
  }

  static Draft platformAuthority() {
    return authority("Intel SGX Root CA", "Intel SGX PCK Platform CA", AUTHORITY, ROOT);
  }

  static Draft signer() {
    Draft draft = new Draft("Intel SGX Root CA", "Intel SGX TCB Signing", SIGNER, ROOT);
    draft.usage = 0xc0;
    draft.serial = 88;
    return draft;
  }

  static Draft pck() {
    return pck(sgx(components(3), 11, true));
  }

  static Draft pck(Bytes sgxExtension) {
    Draft draft =
        new Draft("Intel SGX PCK Platform CA", "Intel SGX PCK Certificate", PCK, AUTHORITY);
    draft.usage = 0xc0;
    draft.serial = 99;
    draft.extensions.add(sequence(oid(SGX), octets(sgxExtension)));
    return draft;
  }

  static int[] components(int each) {
    int[] components = new int[16];
    Arrays.fill(components, each);
    return components;
  }

  /** The SGX extensions of a certificate. */
  static Bytes sgx(int[] components, int pceSvn, boolean smt) {
    List<Bytes> levels = new ArrayList<>();
    for (int i = 0; i < components.length; i++) {
      levels.add(field(".2." + (i + 1), integer(components[i])));
    }
    levels.add(field(".2.17", integer(pceSvn)));
    levels.add(field(".2.18", octets(Bytes.zeros(16))));
    return sequence(
        field(".1", octets(Bytes.ofUtf8("a platform's id").sha256().slice(0, 16))),
        field(".2", sequence(levels.toArray(new Bytes[0]))),
        field(".3", octets(Bytes.zeros(2))),
        field(".4", octets(Bytes.ofHex("00806f050000"))),
        field(".5", element(0x0a, Bytes.of(new byte[] {1}))),
        field(".6", octets(PIID)),
        field(
            ".7",
            sequence(
                field(".7.1", bool(false)), field(".7.2", bool(true)), field(".7.3", bool(smt)))));
  }

  private static Bytes field(String suffix, Bytes value) {
    return sequence(oid(SGX + suffix), value);
  }

  static Bytes rootList(long... serials) {
    return list("Intel SGX Root CA", ROOT, NOW.minus(Duration.ofDays(1)), serials);
  }

  static Bytes platformList(long... serials) {
    return list("Intel SGX PCK Platform CA", AUTHORITY, NOW.minus(Duration.ofDays(1)), serials);
  }

  static Bytes platformListFrom(Instant from) {
    return list("Intel SGX PCK Platform CA", AUTHORITY, from);
  }

  private static Bytes list(String issuer, KeyPair key, Instant from, long... serials) {
    List<Bytes> entries = new ArrayList<>();
    for (long serial : serials) {
      entries.add(sequence(integer(BigInteger.valueOf(serial)), time(from)));
    }
    Bytes body =
        sequence(
            integer(1),
            ECDSA,
            name("SIMULATED", issuer),
            time(from),
            time(from.plus(Duration.ofDays(30))),
            entries.isEmpty() ? Bytes.EMPTY : sequence(entries.toArray(new Bytes[0])));
    return sequence(body, ECDSA, bits(sign(key.getPrivate(), body, "SHA256withECDSA")));
  }

  /** A document of the provisioning service, signed as it stands. */
  static Bytes signed(String name, String content) {
    Bytes signature =
        sign(SIGNER.getPrivate(), Bytes.ofUtf8(content), "SHA256withECDSAinP1363Format");
    return Bytes.ofUtf8(
        "{\"" + name + "\":" + content + ",\"signature\":\"" + signature.toHex() + "\"}");
  }

  static String tcbInfoContent(String modules, String levels) {
    return "{\"id\":\"TDX\",\"version\":3,\"issueDate\":\"2026-05-20T00:00:00Z\","
        + "\"nextUpdate\":\"2026-06-19T00:00:00Z\",\"fmspc\":\"00806F050000\",\"pceId\":\"0000\","
        + "\"tcbType\":0,\"tcbEvaluationDataNumber\":18,\"tdxModule\":{"
        + genuineModule()
        + "},\"tdxModuleIdentities\":["
        + modules
        + "],\"tcbLevels\":["
        + levels
        + "]}";
  }

  private static String genuineModule() {
    return "\"mrsigner\":\""
        + "0".repeat(96)
        + "\",\"attributes\":\"0000000000000000\",\"attributesMask\":\"FFFFFFFFFFFFFFFF\"";
  }

  /** A TDX module of this major version with one level for each pair of SVN and status. */
  static String module(int major, String... levels) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < levels.length; i += 2) {
      all.add(
          "{\"tcb\":{\"isvsvn\":%s},\"tcbDate\":\"2026-01-01T00:00:00Z\",\"tcbStatus\":\"%s\"}"
              .formatted(levels[i], levels[i + 1]));
    }
    return "{\"id\":\"TDX_%02X\",".formatted(major)
        + genuineModule()
        + ",\"tcbLevels\":["
        + String.join(",", all)
        + "]}";
  }

  /** A level of the platform that needs this much of each component. */
  static String level(int each, int pceSvn, String status, String... advisories) {
    String sgx = String.join(",", Collections.nCopies(16, "{\"svn\":" + each + "}"));
    String tdx = String.join(",", Collections.nCopies(16, "{\"svn\":0}"));
    return "{\"tcb\":{\"sgxtcbcomponents\":["
        + sgx
        + "],\"pcesvn\":"
        + pceSvn
        + ",\"tdxtcbcomponents\":["
        + tdx
        + "]},\"tcbDate\":\"2026-02-01T00:00:00Z\",\"tcbStatus\":\""
        + status
        + "\",\"advisoryIDs\":["
        + String.join(",", Arrays.stream(advisories).map(id -> '"' + id + '"').toList())
        + "]}";
  }

  static Bytes tcbInfo() {
    return tcbInfo(module(1, "4", "UpToDate"), level(2, 5, "UpToDate"));
  }

  static Bytes tcbInfo(String modules, String levels) {
    return signed("tcbInfo", tcbInfoContent(modules, levels));
  }

  static String identityContent(String status) {
    return "{\"id\":\"TD_QE\",\"version\":2,\"issueDate\":\"2026-05-20T00:00:00Z\","
        + "\"nextUpdate\":\"2026-06-19T00:00:00Z\",\"tcbEvaluationDataNumber\":17,"
        + "\"miscselect\":\"00000000\",\"miscselectMask\":\"FFFFFFFF\","
        + "\"attributes\":\"11000000000000000000000000000000\","
        + "\"attributesMask\":\"FBFFFFFFFFFFFFFF0000000000000000\",\"mrsigner\":\""
        + Bytes.ofUtf8("a signer").sha256().toHex()
        + "\",\"isvprodid\":2,\"tcbLevels\":[{\"tcb\":{\"isvsvn\":4},"
        + "\"tcbDate\":\"2026-03-01T00:00:00Z\",\"tcbStatus\":\""
        + status
        + "\"}]}";
  }

  static Bytes identity() {
    return identity("UpToDate");
  }

  static Bytes identity(String status) {
    return signed("enclaveIdentity", identityContent(status));
  }

  /** A quote that can be changed before and after it is signed. */
  static final class QuoteDraft {
    final byte[] body;
    final byte[] qeReport = new byte[QeReport.SIZE];
    final boolean five;
    Bytes authentication = Bytes.ofUtf8("authentication data of the QE!!!");
    String chain = chain();
    int certificationType = 5;
    byte[] header = new byte[48];
    Bytes trailing = Bytes.zeros(70);
    boolean bindsSecondHalf;

    private QuoteDraft(boolean five) {
      this.five = five;
      this.body = new byte[five ? TdReport.SIZE_1_5 : TdReport.SIZE_1_0];
      header[0] = (byte) (five ? 5 : 4);
      header[2] = 2;
      header[4] = (byte) 0x81;
      put(header, 12, Bytes.ofHex("939a7233f79c4ca9940a0db3957f0607"));
      body[0] = 5;
      body[1] = 1;
      body[2] = 2;
      put(body, 120, Bytes.ofHex("0000001000000000"));
      put(body, 128, Bytes.ofHex("e742060000000000"));
      put(body, 136, mrTd());
      put(body, 184, initdata());
      put(body, 328, rtmr(0));
      put(body, 376, rtmr(1));
      put(body, 424, rtmr(2));
      put(body, 520, question());
      if (five) {
        body[584] = 5;
        body[585] = 1;
        body[586] = 2;
      }
      qeReport[48] = 0x11;
      put(qeReport, 128, Bytes.ofUtf8("a signer").sha256());
      qeReport[256] = 2;
      qeReport[258] = 5;
    }

    QuoteDraft put(int at, Bytes value) {
      put(body, at, value);
      return this;
    }

    QuoteDraft put(int at, int value) {
      body[at] = (byte) value;
      return this;
    }

    private static void put(byte[] target, int at, Bytes value) {
      System.arraycopy(value.toArray(), 0, target, at, value.size());
    }

    Bytes sign() {
      Bytes key = Bytes.of(ATTESTATION.getPublic().getEncoded());
      key = key.slice(key.size() - 64, key.size());
      put(qeReport, 320, Bytes.concat(key, authentication).sha256());
      qeReport[383] = (byte) (bindsSecondHalf ? 1 : 0);
      Bytes report = Bytes.of(qeReport);
      Bytes descriptor = five ? Bytes.concat(u16(3), u32(body.length)) : Bytes.EMPTY;
      Bytes signed = Bytes.concat(Bytes.of(header), descriptor, Bytes.of(body));
      Bytes pem = Bytes.ofUtf8(chain);
      Bytes inner =
          Bytes.concat(
              report,
              TestPlatform.sign(PCK.getPrivate(), report, "SHA256withECDSAinP1363Format"),
              u16(authentication.size()),
              authentication,
              u16(certificationType),
              u32(pem.size()),
              pem);
      Bytes signatures =
          Bytes.concat(
              TestPlatform.sign(ATTESTATION.getPrivate(), signed, "SHA256withECDSAinP1363Format"),
              key,
              u16(6),
              u32(inner.size()),
              inner);
      return Bytes.concat(signed, u32(signatures.size()), signatures, trailing);
    }
  }

  static QuoteDraft quote() {
    return new QuoteDraft(false);
  }

  static QuoteDraft quote15() {
    return new QuoteDraft(true);
  }

  static Bytes mrTd() {
    return Bytes.ofUtf8("a TD").sha384();
  }

  static Bytes rtmr(int index) {
    return Bytes.ofUtf8("register " + index).sha384();
  }

  static Bytes initdata() {
    return Bytes.ofUtf8("an initdata").sha256();
  }

  static Bytes question() {
    return Bytes.ofUtf8("a question").sha512();
  }

  static String chain() {
    return chain(pck().sign(), platformAuthority().sign(), root().sign()) + "\0";
  }

  static String chain(Bytes... certificates) {
    StringBuilder text = new StringBuilder();
    for (Bytes certificate : certificates) {
      text.append("-----BEGIN CERTIFICATE-----\n");
      String base64 = certificate.toBase64();
      for (int at = 0; at < base64.length(); at += 64) {
        text.append(base64, at, Math.min(at + 64, base64.length())).append('\n');
      }
      text.append("-----END CERTIFICATE-----\n");
    }
    return text.toString();
  }

  static TdxCollateral collateral() {
    return collateral(tcbInfo(), identity());
  }

  static TdxCollateral collateral(Bytes tcbInfo, Bytes identity) {
    return new TdxCollateral(
        tcbInfo, identity, rootList(), platformList(), List.of(signer().sign()));
  }

  static TdxEvidence evidence(Bytes quote) {
    return new TdxEvidence(quote, List.of(), collateral());
  }

  private static Bytes name(String organisation, String commonName) {
    return sequence(
        set(sequence(oid("2.5.4.3"), utf8(commonName))),
        set(sequence(oid("2.5.4.10"), utf8(organisation))),
        set(sequence(oid("2.5.4.7"), utf8("Santa Clara"))),
        set(sequence(oid("2.5.4.8"), utf8("CA"))),
        set(sequence(oid("2.5.4.6"), printable("US"))));
  }

  static PrivateKey strangerKey() {
    return ec().getPrivate();
  }

  private static Bytes u16(int value) {
    return Bytes.of(
        ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort((short) value).array());
  }

  private static Bytes u32(int value) {
    return Bytes.of(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private static Bytes sign(PrivateKey key, Bytes message, String algorithm) {
    try {
      Signature signer = Signature.getInstance(algorithm);
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

  private static KeyPair ec() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
