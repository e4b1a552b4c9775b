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
