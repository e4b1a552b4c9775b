package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;

/**
 * An owner who takes part in recovery: one key for each purpose.
 *
 * @param signing signs transitions that need the recovery quorum
 * @param encryption receives the owner's share of the seed
 */
public record RecoveryOwner(OwnerKey signing, EncryptionKey encryption) {

  static RecoveryOwner read(Json json, String path) {
    JsonFields fields = JsonFields.of(json, path);
    RecoveryOwner owner =
        new RecoveryOwner(
            OwnerKey.of(Bytes.ofBase64(fields.string("signing")), fields.path("signing")),
            EncryptionKey.of(
                Bytes.ofBase64(fields.string("encryption")), fields.path("encryption")));
    fields.end();
    return owner;
  }

  Json toJson() {
    return Json.object()
        .put("signing", signing.encoded().toBase64())
        .put("encryption", encryption.encoded().toBase64())
        .build();
  }
}
