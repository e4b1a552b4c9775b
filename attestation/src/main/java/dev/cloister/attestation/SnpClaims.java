package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import java.time.Instant;

/**
 * What genuine evidence says.
 *
 * @param report the report, all of whose fields are signed
 * @param product from CPUID and certificate, which agree
 * @param root the root that the chain ends in
 * @param cloud the cloud that the VLEK names; empty for a VCEK
 * @param chipBound whether the certificate proves the chip id of the report
 * @param revocationChecked whether a current revocation list was there
 * @param at the time of the check
 * @param validity the time in which all certificates and all collateral are valid
 */
public record SnpClaims(
    SnpReport report,
    SnpProduct product,
    TrustAnchor root,
    String cloud,
    boolean chipBound,
    boolean revocationChecked,
    Instant at,
    Validity validity)
    implements Claims {

  @Override
  public Bytes reportData() {
    return report.reportData();
  }

  @Override
  public Bytes hostData() {
    return report.hostData();
  }

  @Override
  public boolean isOfInitdata(Bytes digest) {
    return hostData().equals(EvidenceType.SNP.hostData(digest));
  }

  /** The claims as an object; bytes in lower-case hexadecimal, times in RFC 3339. */
  @Override
  public Json.Obj toJson() {
    return Json.object()
        .put("version", report.version())
        .put("product", product.text())
        .put("root", root.text())
        .put("simulated", root instanceof TrustAnchor.Simulated)
        .put("signingKey", report.signingKey().text())
        .put("cloud", cloud)
        .put("chipBound", chipBound)
        .put("revocation", revocationChecked ? "checked" : "unchecked")
        .put("vmpl", report.vmpl())
        .put("guestSvn", report.guestSvn())
        .put("guestPolicy", report.guestPolicy().text())
        .put("platformInfo", report.platformInfo().text())
        .put("currentTcb", report.currentTcb().version().toJson())
        .put("reportedTcb", report.reportedTcb().version().toJson())
        .put("committedTcb", report.committedTcb().version().toJson())
        .put("launchTcb", report.launchTcb().version().toJson())
        .put("currentFirmware", report.currentFirmware().toString())
        .put("committedFirmware", report.committedFirmware().toString())
        .put("launchMitigations", "0x" + Long.toHexString(report.launchMitigations()))
        .put("currentMitigations", "0x" + Long.toHexString(report.currentMitigations()))
        .put("reportData", report.reportData().toHex())
        .put("measurement", report.measurement().toHex())
        .put("hostData", report.hostData().toHex())
        .put("familyId", report.familyId().toHex())
        .put("imageId", report.imageId().toHex())
        .put("idKeyDigest", report.idKeyDigest().toHex())
        .put("authorKeyDigest", report.authorKeyDigest().toHex())
        .put("reportId", report.reportId().toHex())
        .put("chipId", report.chipId().toHex())
        .put("at", at.toString())
        .put("validFrom", validFrom().toString())
        .put("validUntil", validUntil().toString())
        .build();
  }

  /** The chip id without the zeros that products with short ones pad it with. */
  public Bytes chip() {
    Bytes whole = report.chipId();
    return product.layout() == TcbLayout.TURIN ? whole.slice(0, 8) : whole;
  }
}
