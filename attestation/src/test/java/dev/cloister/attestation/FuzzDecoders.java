package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What this module reads from outside, with valid inputs, for bench/fuzz. */
public final class FuzzDecoders {

  private static final Bytes GENUINE = TestVendor.report().sign();
  private static final Bytes LEAF = TestVendor.vcek().sign();
  private static final SnpEvidence EVIDENCE = TestVendor.evidence(GENUINE, LEAF);
  private static final Bytes QUOTE = TestPlatform.quote().sign();
  private static final TdxCollateral COLLATERAL = TestPlatform.collateral();
  private static final TdxAuthenticator TDX = TestPlatform.authenticator();
  private static final SnpAuthenticator AUTHENTICATOR = TestVendor.authenticator();

  private FuzzDecoders() {}

  /** The decoders by name. */
  public static Map<String, Consumer<Bytes>> decoders() {
    Map<String, Consumer<Bytes>> decoders = new TreeMap<>();
    decoders.put("report", SnpReport::parse);
    decoders.put("certificate-table", CertificateTable::parse);
    decoders.put(
        "certificate",
        input -> VendorCertificate.parse(input, SignatureAlgorithm.PSS_SHA384, "vcek"));
    decoders.put(
        "revocation-list",
        input -> VendorRevocationList.parse(input, SignatureAlgorithm.PSS_SHA384, "crl"));
    decoders.put("firmware", OvmfFirmware::parse);
    decoders.put("tdx-firmware", input -> TdxBuild.mrTd(input, TdxBuild.PageOrder.SINGLE_PASS));
    decoders.put("event-log", EventLog::parse);
    decoders.put("kernel", input -> new PeImage(input).authenticodeSha384());
    decoders.put("reference-value", FuzzDecoders::referenceValue);
    decoders.put("quote", TdxQuote::parse);
    decoders.put("certificate-of-intel", FuzzDecoders::pck);
    decoders.put(
        "revocation-list-of-intel",
        input -> VendorRevocationList.parse(input, SignatureAlgorithm.ECDSA_SHA256, "crl"));
    decoders.put("tcb-info", FuzzDecoders::tcbInfo);
    decoders.put("qe-identity", FuzzDecoders::qeIdentity);
    decoders.put("pem", FuzzDecoders::pem);
    decoders.put("inspection", Inspection::of);
    decoders.put("authentic-quote", FuzzDecoders::quote);
    decoders.put("authentic-report", FuzzDecoders::report);
    decoders.put("authentic-certificate", FuzzDecoders::leaf);
    return decoders;
  }

  /** Valid inputs of each decoder. */
  public static Map<String, List<Bytes>> seeds() {
    Bytes table =
        new CertificateTable(
                List.of(CertificateTable.Entry.of(CertificateTable.Kind.VCEK, Bytes.zeros(40))))
            .toBytes();
    Map<String, List<Bytes>> seeds = new TreeMap<>();
    seeds.put("report", List.of(GENUINE));
    seeds.put("certificate-table", List.of(table));
    seeds.put("certificate", List.of(LEAF, TestVendor.ask().sign()));
    seeds.put("revocation-list", List.of(TestVendor.currentList(1, 2)));
    seeds.put("firmware", List.of());
    seeds.put("tdx-firmware", List.of(TestTdvf.good().build()));
    seeds.put("event-log", List.of());
    seeds.put("kernel", List.of());
    seeds.put("reference-value", List.of(reference()));
    seeds.put("quote", List.of(QUOTE, TestPlatform.quote15().sign()));
    seeds.put("certificate-of-intel", List.of(TestPlatform.pck().sign()));
    seeds.put(
        "revocation-list-of-intel",
        List.of(TestPlatform.rootList(1, 2), TestPlatform.platformList()));
    seeds.put("tcb-info", List.of(TestPlatform.tcbInfo()));
    seeds.put("qe-identity", List.of(TestPlatform.identity()));
    seeds.put("pem", List.of(Bytes.ofUtf8(TestPlatform.chain().replace("\0", ""))));
    seeds.put("inspection", List.of(GENUINE, QUOTE));
    seeds.put("authentic-quote", List.of(QUOTE));
    seeds.put("authentic-report", List.of(GENUINE));
    seeds.put("authentic-certificate", List.of(LEAF));
    return seeds;
  }

  private static Bytes reference() {
    ReferenceValue value =
        SnpReferenceValue.plain(
            "guest",
            TestVendor.anchor(),
            SnpProduct.GENOA,
            TestVendor.digest(),
            1,
            TestVendor.tcb());
    return JsonWriter.canonicalBytes(value.toJson());
  }

  /** What is read is the same when it is written and read again. */
  private static void referenceValue(Bytes input) {
    ReferenceValue value =
        ReferenceValue.parse(JsonParser.parse(input, JsonBudget.DOCUMENT), "reference");
    if (!ReferenceValue.parse(value.toJson(), "reference").equals(value)) {
      throw new AssertionError("written and read again, it is another");
    }
  }

  /** No report but the genuine one is authentic, as far as its signature goes. */
  private static void report(Bytes input) {
    Authentication answer =
        AUTHENTICATOR.authenticate(
            new SnpEvidence(input, EVIDENCE.certificates(), EVIDENCE.revocationLists()),
            TestVendor.NOW);
    if (answer instanceof Authentic
        && !input.slice(0, SnpReport.SIGNED_SIZE).equals(GENUINE.slice(0, SnpReport.SIGNED_SIZE))) {
      throw new AssertionError("a report that nobody signed is authentic");
    }
  }

  private static void pck(Bytes input) {
    PckExtensions.read(
        VendorCertificate.parse(input, SignatureAlgorithm.ECDSA_SHA256, "pck"), true);
  }

  private static void tcbInfo(Bytes input) {
    TcbInfo.read(SignedJson.read(input, "tcbInfo", TcbInfo.PATH).content());
  }

  private static void qeIdentity(Bytes input) {
    QeIdentity.read(SignedJson.read(input, "enclaveIdentity", QeIdentity.PATH).content());
  }

  /** There is one text of given certificates, but for line ends. */
  private static void pem(Bytes input) {
    List<Bytes> certificates = PemCertificates.parse(input.toUtf8(), "pem");
    String again = TestPlatform.chain(certificates.toArray(new Bytes[0]));
    if (!PemCertificates.parse(again, "pem").equals(certificates)) {
      throw new AssertionError("written and read again, they are others");
    }
  }

  /** No quote but the genuine one is authentic, apart from the zeros that follow it. */
  private static void quote(Bytes input) {
    Authentication answer =
        TDX.authenticate(new TdxEvidence(input, List.of(), COLLATERAL), TestPlatform.NOW);
    int signed = TdxQuote.parse(QUOTE).signedPart().size();
    if (answer instanceof Authentic && !input.slice(0, signed).equals(QUOTE.slice(0, signed))) {
      throw new AssertionError("a quote that nobody signed is authentic");
    }
  }

  /** No leaf but the genuine one is believed. */
  private static void leaf(Bytes input) {
    List<Bytes> certificates =
        List.of(input, EVIDENCE.certificates().get(1), EVIDENCE.certificates().get(2));
    Authentication answer =
        AUTHENTICATOR.authenticate(
            new SnpEvidence(GENUINE, certificates, EVIDENCE.revocationLists()), TestVendor.NOW);
    if (answer instanceof Authentic && !input.equals(LEAF)) {
      throw new AssertionError("a certificate that nobody signed is believed");
    }
  }
}
