package dev.cloister.manifest;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.util.List;

/**
 * Who owns a deployment. No signing key stands in both quorums: whoever holds it would count twice
 * where the two must agree.
 *
 * @param update owners whose agreement changes the manifest
 * @param recovery owners whose agreement is needed besides for what could take the seed, and who
 *     hold its shares
 */
public record Owners(Quorum update, RecoveryQuorum recovery) {

  public Owners {
    List<OwnerKey> signers = recovery.signers().keys();
    for (OwnerKey key : update.keys()) {
      if (signers.contains(key)) {
        throw new CloisterException(
            ManifestError.KEY_PURPOSE, "owners", "one key stands in update and in recovery");
      }
    }
  }

  static Owners read(JsonFields fields) {
    Quorum update = Quorum.read(fields.object("update"));
    RecoveryQuorum recovery = RecoveryQuorum.read(fields.object("recovery"));
    fields.end();
    return new Owners(update, recovery);
  }

  Json toJson() {
    return Json.object().put("update", update.toJson()).put("recovery", recovery.toJson()).build();
  }
}
