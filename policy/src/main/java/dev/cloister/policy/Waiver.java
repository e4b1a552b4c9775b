package dev.cloister.policy;

import dev.cloister.encoding.Json;

/**
 * A risk that the author of the pod accepted, measured so that every reader sees it.
 *
 * @param code what was accepted
 * @param path path in this policy, or in the YAML where nothing of it is here
 * @param reason why, in the author's words
 */
public record Waiver(String code, String path, String reason) {

  public Waiver {
    Grammar.require(Grammar.isIdentifier(code), "waivers.code", "a code", code);
    Grammar.require(Grammar.isLine(path, 512), "waivers.path", "a path", path);
    Grammar.require(Grammar.isLine(reason, 512), "waivers.reason", "a sentence", reason);
  }

  Json toJson() {
    return Json.object().put("code", code).put("path", path).put("reason", reason).build();
  }
}
