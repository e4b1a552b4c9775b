package dev.cloister.policy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;

/** Where the content of a file in a file volume comes from, and how far it can be trusted. */
public sealed interface FileContent {

  /**
   * The host supplies exactly these bytes.
   *
   * @param sha256 their SHA-256, 32 bytes
   * @param size their number, 0 to 1 MiB
   */
  record Pinned(Bytes sha256, int size) implements FileContent {
    public Pinned {
      Grammar.require(sha256.size() == 32, "sha256", "32 bytes");
      Grammar.range(size, 0, Volume.MAX_FILE_BYTES, "size");
    }

    /** The pin of these bytes. */
    public static Pinned of(Bytes content) {
      return new Pinned(content.sha256(), content.size());
    }

    @Override
    public Json.Obj toJson() {
      return Json.object()
          .put("kind", "pinned")
          .put("sha256", sha256.toHex())
          .put("size", size)
          .build();
    }
  }

  /**
   * The host supplies what it likes, and may change it: the workload must not trust it.
   *
   * @param maxBytes most bytes, 1 to 1 MiB
   */
  record Opaque(int maxBytes) implements FileContent {
    public Opaque {
      Grammar.range(maxBytes, 1, Volume.MAX_FILE_BYTES, "maxBytes");
    }

    @Override
    public Json.Obj toJson() {
      return Json.object().put("kind", "opaque").put("maxBytes", maxBytes).build();
    }
  }

  /**
   * The agent writes it from the policy and the facts of the pod; the host supplies nothing.
   *
   * @param text what is in it
   */
  record Composed(Template text) implements FileContent {
    @Override
    public Json.Obj toJson() {
      return Json.object().put("kind", "composed").put("text", text.toJson()).build();
    }
  }

  /** The form in the policy document. */
  Json.Obj toJson();
}
