package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import java.time.Instant;

/**
 * What a genuine quote says.
 *
 * @param quote the quote, whose header and body are signed
 * @param root the root that the chain ends in
 * @param platform what the certificate of the platform's key says
 * @param tcb what Intel says about the firmware
 * @param at the time of the check
 * @param validity the time in which all certificates and all collateral are valid
 */
public record TdxClaims(
    TdxQuote quote,
    TrustAnchor root,
    TdxPlatform platform,
    TcbEvaluation tcb,
    Instant at,
    Validity validity)
    implements Claims {

  @Override
  public Bytes reportData() {
    return quote.body().reportData();
  }

  /** Always: without current lists there are no claims. */
  @Override
  public boolean revocationChecked() {
    return true;
  }

  @Override
  public Bytes hostData() {
    return quote.body().mrConfigId();
  }

  @Override
  public boolean isOfInitdata(Bytes digest) {
    return hostData().equals(EvidenceType.TDX.hostData(digest));
  }

  /** The claims as an object; bytes in lower-case hexadecimal, times in RFC 3339. */
  @Override
  public Json.Obj toJson() {
    TdReport body = quote.body();
    Json.ObjectBuilder object =
        Json.object()
            .put("version", quote.version())
            .put("root", root.text())
            .put("simulated", root instanceof TrustAnchor.Simulated)
            .put("revocation", "checked")
            .put("teeTcbSvn", body.teeTcbSvn().toHex())
            .put("mrSeam", body.mrSeam().toHex())
            .put("mrSignerSeam", body.mrSignerSeam().toHex())
            .put("seamAttributes", body.seamAttributes().toHex())
            .put("tdAttributes", body.attributes().text())
            .put("xfam", TdAttributes.hex(body.xfam()))
            .put("mrTd", body.mrTd().toHex())
            .put("mrConfigId", body.mrConfigId().toHex())
            .put("mrOwner", body.mrOwner().toHex())
            .put("mrOwnerConfig", body.mrOwnerConfig().toHex());
    for (int i = 0; i < 4; i++) {
      object.put("rtmr" + i, body.rtmr(i).toHex());
    }
    object.put("reportData", body.reportData().toHex());
    if (body.isOf15()) {
      object.put("teeTcbSvn2", body.currentTeeTcbSvn().toHex());
      object.put("mrServiceTd", body.mrServiceTd().toHex());
    }
    platform.put(object);
    return object
        .put("at", at.toString())
        .put("validFrom", validFrom().toString())
        .put("validUntil", validUntil().toString())
        .build();
  }
}
