package dev.cloister.policy;

import dev.cloister.encoding.Json;

/**
 * A file of a file volume.
 *
 * @param mode permission bits, 0 to 0777
 * @param content where its bytes come from
 */
public record FileEntry(int mode, FileContent content) {

  public FileEntry {
    Grammar.range(mode, 0, 0777, "mode");
  }

  Json toJson() {
    return Json.object().put("mode", mode).put("content", content.toJson()).build();
  }
}
