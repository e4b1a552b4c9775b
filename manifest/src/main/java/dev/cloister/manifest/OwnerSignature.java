package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;

/**
 * What one owner adds to a transition. Nothing is known about it until it is checked.
 *
 * @param key SHA-256 of the owner's SubjectPublicKeyInfo, 32 bytes
 * @param signature 1 to {@value #MAX_SIZE} bytes: ECDSA as DER (RFC 3279 section 2.2.3) with
 *     SHA-256 for P-256 and SHA-384 for P-384, or Ed25519 (RFC 8032)
 */
public record OwnerSignature(Bytes key, Bytes signature) {

  /** The most bytes of a signature. */
  public static final int MAX_SIZE = 104;

  public OwnerSignature {
    if (key.size() != 32) {
      throw new CloisterException(ManifestError.UNKNOWN_SIGNER, "key", "has not 32 bytes");
    }
    if (signature.isEmpty() || signature.size() > MAX_SIZE) {
      throw new CloisterException(
          ManifestError.BAD_SIGNATURE, "signature", "has not 1 to " + MAX_SIZE + " bytes");
    }
  }

  static OwnerSignature read(Json json, String path) {
    JsonFields fields = JsonFields.of(json, path);
    Bytes key = fields.hex("key", 32);
    String text = fields.string("signature");
    fields.end();
    if (text.isEmpty() || text.length() > 4 * (MAX_SIZE + 2) / 3) {
      throw new CloisterException(
          ManifestError.BAD_SIGNATURE, path, "has not 1 to " + MAX_SIZE + " bytes");
    }
    return new OwnerSignature(key, Bytes.ofBase64(text));
  }

  Json toJson() {
    return Json.object().put("key", key.toHex()).put("signature", signature.toBase64()).build();
  }
}
