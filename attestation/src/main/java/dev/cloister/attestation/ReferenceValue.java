package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;

/**
 * What an owner asks of a machine and a VM: one entry of a manifest or of {@code
 * reference-values.json}. {@link #parse} and {@link #toJson} are its strict JSON form, which {@code
 * docs/evidence.md} describes field by field; what it does not name is held to the strictest value.
 */
public sealed interface ReferenceValue permits SnpReferenceValue, TdxReferenceValue {

  /** The kind of evidence. */
  EvidenceType type();

  /** Name of the guest image, for people, 1 to 128 letters. */
  String image();

  /** The root that evidence must end in. */
  TrustAnchor root();

  /** What the VM was built from, 48 bytes, never all zero: MEASUREMENT of SNP, MRTD of TDX. */
  Bytes launchDigest();

  /** The JSON form, with every field that is not at its strictest value. */
  Json.Obj toJson();

  /**
   * Reads the JSON form.
   *
   * @param path where it stands, for errors
   * @throws CloisterException with the code and path of the first field that is wrong
   */
  static ReferenceValue parse(Json json, String path) {
    JsonFields fields = JsonFields.of(json, path);
    EvidenceType type =
        EvidenceType.named(fields.string("tee"))
            .orElseThrow(() ->
                new CloisterException(
                    AttestationError.TEE_UNKNOWN,
                    fields.path("tee"),
                    "neither \"snp\" nor \"tdx\""));
    return switch (type) {
      case SNP -> SnpReferenceValueJson.read(fields);
      case TDX -> TdxReferenceValueJson.read(fields);
    };
  }
}
