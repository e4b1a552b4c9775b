package dev.cloister.manifest;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Recovery owners of whom a number must agree, or hand in their shares.
 *
 * @param threshold how many: from 1 to the number of owners
 * @param owners 1 to {@value Quorum#MAX_KEYS} owners, no two with one key
 */
public record RecoveryQuorum(int threshold, List<RecoveryOwner> owners) {

  public RecoveryQuorum {
    owners = List.copyOf(owners);
    Set<EncryptionKey> keys = new HashSet<>();
    for (RecoveryOwner owner : owners) {
      if (!keys.add(owner.encryption())) {
        throw new CloisterException(ManifestError.BAD_QUORUM, "", "names one key twice");
      }
    }
    Quorum _ = signersOf(threshold, owners);
  }

  static RecoveryQuorum read(JsonFields fields) {
    int threshold = (int) fields.integer("threshold", 1, Quorum.MAX_KEYS);
    List<RecoveryOwner> owners = fields.list("keys", Quorum.MAX_KEYS, RecoveryOwner::read);
    fields.end();
    try {
      return new RecoveryQuorum(threshold, owners);
    } catch (CloisterException e) {
      throw new CloisterException(ManifestError.BAD_QUORUM, fields.path(), e.detail(), e);
    }
  }

  Json toJson() {
    List<Json> keys = new ArrayList<>();
    for (RecoveryOwner owner : owners) {
      keys.add(owner.toJson());
    }
    return Json.object().put("threshold", threshold).put("keys", Json.of(keys)).build();
  }

  /** The same owners as signers of transitions. */
  public Quorum signers() {
    return signersOf(threshold, owners);
  }

  private static Quorum signersOf(int threshold, List<RecoveryOwner> owners) {
    List<OwnerKey> keys = new ArrayList<>();
    for (RecoveryOwner owner : owners) {
      keys.add(owner.signing());
    }
    return new Quorum(threshold, keys);
  }
}
