package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What has to be fetched from its vendor before evidence can be checked. */
public sealed interface CollateralNeeds {

  /**
   * Certificates and revocation list of AMD (AMD 57230, "Key Distribution Service").
   *
   * @param products the product line; the possible ones where the report does not name it
   * @param key the kind of key that signed
   * @param chipId the chip, 64 bytes (8 on Turin)
   * @param reported the level that the chip's key was derived for
   */
  record Amd(List<SnpProduct> products, SigningKey key, Bytes chipId, TcbVersion reported)
      implements CollateralNeeds {
    public Amd {
      products = List.copyOf(products);
    }
  }

  /**
   * Collateral of Intel (Intel PCS API version 4).
   *
   * @param fmspc the kind of platform, 6 bytes
   * @param ofPlatform whether the platform authority issued its certificate, not the processor's
   */
  record Intel(Bytes fmspc, boolean ofPlatform) implements CollateralNeeds {}

  /**
   * What this evidence needs, by what it says of itself, unchecked.
   *
   * @throws CloisterException where it cannot be read
   */
  static CollateralNeeds of(Evidence evidence) {
    return switch (evidence) {
      case SnpEvidence snp -> amd(SnpReport.parse(snp.report()));
      case TdxEvidence tdx -> intel(TdxQuote.parse(tdx.quote()));
    };
  }

  private static Amd amd(SnpReport report) {
    List<SnpProduct> products =
        report.product().map(List::of).orElse(List.of(SnpProduct.MILAN, SnpProduct.GENOA));
    Bytes chip = report.chipId();
    return new Amd(
        products,
        report.signingKey(),
        products.contains(SnpProduct.TURIN) ? chip.slice(0, 8) : chip,
        report.reportedTcb().version());
  }

  /** What this quote needs, by what its platform's certificate says of itself, unchecked. */
  static Intel intel(TdxQuote quote) {
    String path = "quote.certification";
    if (quote.certificationType() != 5) {
      throw new CloisterException(
          AttestationError.CERTIFICATE_MALFORMED, path, "the quote does not carry its chain");
    }
    String text =
        new String(quote.certification().toArray(), StandardCharsets.ISO_8859_1).replace("\0", "");
    VendorCertificate pck =
        VendorCertificate.parse(
            PemCertificates.parse(text, path).getFirst(), SignatureAlgorithm.ECDSA_SHA256, "pck");
    boolean ofPlatform = pck.issuer().commonName().equals("Intel SGX PCK Platform CA");
    return new Intel(PckExtensions.read(pck, ofPlatform).fmspc(), ofPlatform);
  }
}
