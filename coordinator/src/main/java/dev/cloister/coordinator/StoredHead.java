package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.encoding.Transcript;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Transition;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the store holds under {@code head}: where the history ends, and which shares belong to the
 * seed. Whoever has the seed can tell whether the Coordinator wrote it.
 *
 * @param pin the deployment
 * @param head the newest transition, never {@link Head#NONE}
 * @param dealing names the shares that are taken, 32 bytes
 * @param seal HMAC-SHA256 of the rest under a key of the seed, 32 bytes
 */
record StoredHead(DeploymentPin pin, Head head, Bytes dealing, Bytes seal) {

  static final String SCHEMA = "cloister/coordinator-head/v1";

  private static final JsonBudget BUDGET = new JsonBudget(2048, 1, 16);

  static StoredHead sealed(Seed seed, Head head, Bytes dealing) {
    return new StoredHead(seed.pin(), head, dealing, seal(seed, head, dealing));
  }

  private static Bytes seal(Seed seed, Head head, Bytes dealing) {
    Bytes sealed =
        Transcript.of(SCHEMA)
            .add(seed.pin().digest())
            .add(head.number())
            .add(head.digest())
            .add(dealing)
            .toBytes();
    try (Secret key = seed.sealKey()) {
      byte[] raw = key.expose(SecretAccess.INSTANCE);
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(raw, "HmacSHA256"));
        return Bytes.of(mac.doFinal(sealed.toArray()));
      } finally {
        Arrays.fill(raw, (byte) 0);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
    }
  }

  /** Whether a Coordinator with this seed wrote it. */
  boolean isSealedBy(Seed seed) {
    return MessageDigest.isEqual(seal.toArray(), seal(seed, head, dealing).toArray());
  }

  /**
   * Reads the document.
   *
   * @throws CloisterException naming what is wrong
   */
  static StoredHead parse(Bytes document) {
    JsonFields fields = JsonFields.of(JsonParser.parse(document, BUDGET), "head");
    if (!fields.string("schema").equals(SCHEMA)) {
      throw new CloisterException(
          CoordinatorError.STORE_MALFORMED, fields.path("schema"), "is not " + SCHEMA);
    }
    StoredHead head =
        new StoredHead(
            new DeploymentPin(fields.hex("deployment", 32)),
            new Head(fields.integer("number", 1, Transition.MAX_NUMBER), fields.hex("head", 32)),
            fields.hex("dealing", 32),
            fields.hex("seal", 32));
    fields.end();
    return head;
  }

  Bytes document() {
    return JsonWriter.canonicalBytes(
        Json.object()
            .put("schema", SCHEMA)
            .put("deployment", pin.toString())
            .put("number", head.number())
            .put("head", head.digest().toHex())
            .put("dealing", dealing.toHex())
            .put("seal", seal.toHex())
            .build());
  }
}
