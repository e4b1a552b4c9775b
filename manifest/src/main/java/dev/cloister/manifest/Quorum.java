package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.util.HashSet;
import java.util.List;

/**
 * Owners of whom a number must agree.
 *
 * @param threshold how many must agree: from 1 to the number of keys
 * @param keys 1 to {@value #MAX_KEYS} different keys
 */
public record Quorum(int threshold, List<OwnerKey> keys) {

  /** The most keys that a quorum may list. */
  public static final int MAX_KEYS = 32;

  public Quorum {
    keys = List.copyOf(keys);
    if (keys.isEmpty() || keys.size() > MAX_KEYS) {
      throw bad("", "needs from 1 to " + MAX_KEYS + " keys, has " + keys.size());
    }
    if (new HashSet<>(keys).size() != keys.size()) {
      throw bad("", "names one key twice");
    }
    if (threshold < 1 || threshold > keys.size()) {
      throw bad("", "threshold " + threshold + " of " + keys.size() + " keys");
    }
  }

  static Quorum read(JsonFields fields) {
    int threshold = (int) fields.integer("threshold", 1, MAX_KEYS);
    List<OwnerKey> keys = fields.list("keys", MAX_KEYS, Quorum::readKey);
    fields.end();
    try {
      return new Quorum(threshold, keys);
    } catch (CloisterException e) {
      throw bad(fields.path(), e.detail());
    }
  }

  private static OwnerKey readKey(Json element, String path) {
    Bytes encoded = Bytes.ofBase64(JsonFields.asString(element, path));
    return OwnerKey.of(encoded, path);
  }

  Json toJson() {
    List<String> texts = keys.stream().map(key -> key.encoded().toBase64()).toList();
    return Json.object().put("threshold", threshold).put("keys", Json.ofStrings(texts)).build();
  }

  private static CloisterException bad(String path, String detail) {
    return new CloisterException(ManifestError.BAD_QUORUM, path, detail);
  }
}
