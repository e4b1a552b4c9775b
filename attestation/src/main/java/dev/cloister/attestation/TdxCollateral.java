package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.util.List;

/**
 * What Intel publishes about a quote's platform, exactly as served. Nothing in it is trusted
 * because it is there.
 *
 * @param tcbInfo the body of PCS "Get TDX TCB Info"; empty where it is missing
 * @param qeIdentity the body of PCS "Get TDX QE Identity"; empty where it is missing
 * @param rootCaCrl DER of the root's revocation list; empty where it is missing
 * @param pckCrl DER of the platform authority's revocation list; empty where it is missing
 * @param certificates DER: the signers of the above and their authorities, at most 16
 */
public record TdxCollateral(
    Bytes tcbInfo, Bytes qeIdentity, Bytes rootCaCrl, Bytes pckCrl, List<Bytes> certificates) {

  private static final int MAX_CERTIFICATES = 16;
  private static final JsonBudget BUDGET = new JsonBudget(64 * 1024, 4, 64);

  /**
   * @throws CloisterException with {@link AttestationError#EVIDENCE_TOO_LARGE}
   */
  public TdxCollateral {
    certificates = List.copyOf(certificates);
    if (certificates.size() > MAX_CERTIFICATES) {
      throw new CloisterException(
          AttestationError.EVIDENCE_TOO_LARGE, "collateral", certificates.size() + " certificates");
    }
  }

  /** No collateral at all. */
  public static TdxCollateral none() {
    return new TdxCollateral(Bytes.EMPTY, Bytes.EMPTY, Bytes.EMPTY, Bytes.EMPTY, List.of());
  }

  /** As it travels beside a quote: one JSON object, its bytes in base64. */
  public Bytes toBytes() {
    return JsonWriter.canonicalBytes(
        Json.object()
            .put("tcbInfo", tcbInfo.toBase64())
            .put("qeIdentity", qeIdentity.toBase64())
            .put("rootCaCrl", rootCaCrl.toBase64())
            .put("pckCrl", pckCrl.toBase64())
            .put(
                "certificates", Json.ofStrings(certificates.stream().map(Bytes::toBase64).toList()))
            .build());
  }

  /**
   * Reads what {@link #toBytes} writes, and nothing else.
   *
   * @throws CloisterException with {@link AttestationError#COLLATERAL_MALFORMED}
   */
  public static TdxCollateral parse(Bytes text) {
    try {
      JsonFields fields = JsonFields.of(JsonParser.parse(text, BUDGET), "collateral");
      TdxCollateral collateral =
          new TdxCollateral(
              Bytes.ofBase64(fields.string("tcbInfo")),
              Bytes.ofBase64(fields.string("qeIdentity")),
              Bytes.ofBase64(fields.string("rootCaCrl")),
              Bytes.ofBase64(fields.string("pckCrl")),
              fields.strings("certificates", MAX_CERTIFICATES).stream()
                  .map(Bytes::ofBase64)
                  .toList());
      fields.end();
      return collateral;
    } catch (CloisterException e) {
      throw SignedJson.malformed("collateral", e);
    }
  }
}
