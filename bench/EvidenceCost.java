package dev.cloister.attestation;

import com.sun.management.ThreadMXBean;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.DerWriter;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * What verifying evidence costs beside the bare signatures that it needs, with one provider: turns
 * of both, in processor time of this one thread, so that what else the machine does counts for
 * neither. Chains and collateral have been seen before; reports and quotes differ. See
 * bench/evidence.
 */
public final class EvidenceCost {

  private static final int DIFFERENT = 64;
  private static final int TURNS = 21;
  private static final long TURN_NANOS = 200_000_000L;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private EvidenceCost() {}

  /** A signature with everything that is needed to check it. */
  private record Signed(PublicKey key, String algorithm, byte[] message, byte[] signature) {}

  public static void main(String[] arguments) throws Exception {
    String name = arguments[0];
    Provider provider = provider(name);
    List<SnpEvidence> reports = new ArrayList<>();
    List<TdxEvidence> quotes = new ArrayList<>();
    List<Bytes> certificates = TestVendor.evidence(TestVendor.report().sign()).certificates();
    List<Bytes> lists = List.of(TestVendor.currentList());
    TdxCollateral collateral = TestPlatform.collateral();
    String chain = TestPlatform.chain();
    for (int i = 0; i < DIFFERENT; i++) {
      reports.add(
          new SnpEvidence(
              TestVendor.report().put(0x050, Bytes.ofUtf8("q" + i).sha512()).sign(),
              certificates,
              lists));
      TestPlatform.QuoteDraft quote = TestPlatform.quote15();
      quote.chain = chain;
      quotes.add(
          new TdxEvidence(
              quote.put(520, Bytes.ofUtf8("q" + i).sha512()).sign(), List.of(), collateral));
    }
    SnpAuthenticator snp = SnpAuthenticator.of(TestVendor.anchor(), provider);
    TdxAuthenticator tdx = TdxAuthenticator.of(TestPlatform.anchor(), provider);
    compare(
        name,
        "SNP report",
        i -> require(snp.authenticate(reports.get(i % DIFFERENT), TestVendor.NOW)),
        limit(provider, ofReports(provider, certificates, reports)));
    compare(
        name,
        "TDX quote",
        i -> require(tdx.authenticate(quotes.get(i % DIFFERENT), TestPlatform.NOW)),
        limit(provider, ofQuotes(provider, quotes)));
  }

  private static Provider provider(String name) throws ReflectiveOperationException {
    return switch (name) {
      case "jdk" -> Security.getProvider("SunEC");
      case "bc" -> made("org.bouncycastle.jce.provider.BouncyCastleProvider");
      default -> made("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider");
    };
  }

  private static Provider made(String type) throws ReflectiveOperationException {
    return (Provider) Class.forName(type).getDeclaredConstructor().newInstance();
  }

  private static void require(Authentication answer) {
    if (!(answer instanceof Authentic)) {
      throw new IllegalStateException(answer.toString());
    }
  }

  private static PublicKey key(Provider provider, Bytes spki) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC", provider)
        .generatePublic(new X509EncodedKeySpec(spki.toArray()));
  }

  private static List<List<Signed>> ofReports(
      Provider provider, List<Bytes> certificates, List<SnpEvidence> reports)
      throws GeneralSecurityException {
    Bytes spki =
        VendorCertificate.parse(certificates.getFirst(), SignatureAlgorithm.PSS_SHA384, "vcek")
            .spki();
    PublicKey key = key(provider, spki);
    List<List<Signed>> all = new ArrayList<>();
    for (SnpEvidence evidence : reports) {
      SnpReport report = SnpReport.parse(evidence.report());
      all.add(List.of(signed(key, Curve.P384, report.signedPart(), report.signature())));
    }
    return all;
  }

  private static List<List<Signed>> ofQuotes(Provider provider, List<TdxEvidence> quotes)
      throws GeneralSecurityException {
    List<List<Signed>> all = new ArrayList<>();
    Bytes pck =
        VendorCertificate.parse(
                PemCertificates.parse(TestPlatform.chain().replace("\0", ""), "").getFirst(),
                SignatureAlgorithm.ECDSA_SHA256,
                "pck")
            .spki();
    for (TdxEvidence evidence : quotes) {
      TdxQuote quote = TdxQuote.parse(evidence.quote());
      PublicKey attestation = key(provider, Curve.P256.spki(quote.attestationKey()));
      all.add(
          List.of(
              signed(
                  key(provider, pck),
                  Curve.P256,
                  quote.qeReport().raw(),
                  quote.qeReportSignature()),
              signed(attestation, Curve.P256, quote.signedPart(), quote.signature())));
    }
    return all;
  }

  private static Signed signed(PublicKey key, Curve curve, Bytes message, Bytes signature) {
    Bytes der =
        DerWriter.sequence(
            DerWriter.integer(new BigInteger(1, signature.slice(0, curve.size()).toArray())),
            DerWriter.integer(
                new BigInteger(1, signature.slice(curve.size(), 2 * curve.size()).toArray())));
    return new Signed(key, curve.signature(), message.toArray(), der.toArray());
  }

  private static IntConsumer limit(Provider provider, List<List<Signed>> all) {
    return i -> {
      for (Signed signed : all.get(i % DIFFERENT)) {
        try {
          Signature verifier = Signature.getInstance(signed.algorithm(), provider);
          verifier.initVerify(signed.key());
          verifier.update(signed.message());
          if (!verifier.verify(signed.signature())) {
            throw new IllegalStateException("not signed");
          }
        } catch (GeneralSecurityException e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  /** Turns of the two, the first of which only warm up; the medians count. */
  private static void compare(String name, String what, IntConsumer ours, IntConsumer limit) {
    List<Double> our = new ArrayList<>();
    List<Double> bare = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      double o = perSecond(ours);
      double b = perSecond(limit);
      if (turn >= TURNS / 3) {
        our.add(o);
        bare.add(b);
        ratios.add(o / b);
      }
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1000; i++) {
      ours.accept(i);
    }
    long allocated = (THREADS.getCurrentThreadAllocatedBytes() - before) / 1000;
    System.out.printf(
        Locale.ROOT,
        "%-4s %-10s %8.0f verifications a second and core, bare signatures %8.0f: %3.0f %%; %d bytes allocated each%n",
        name,
        what,
        median(our),
        median(bare),
        100 * median(ratios),
        allocated);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static double perSecond(IntConsumer work) {
    long start = THREADS.getCurrentThreadCpuTime();
    long spent = 0;
    int count = 0;
    while (spent < TURN_NANOS) {
      for (int i = 0; i < 16; i++) {
        work.accept(count++);
      }
      spent = THREADS.getCurrentThreadCpuTime() - start;
    }
    return count * 1e9 / spent;
  }
}
