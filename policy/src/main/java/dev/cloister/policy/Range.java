package dev.cloister.policy;

import dev.cloister.encoding.Json;

/**
 * How much of something a container may have.
 *
 * @param min what it is promised, from 0
 * @param max most of it, or 0 for no limit
 */
public record Range(int min, int max) {

  /** No promise and no limit. */
  public static final Range UNLIMITED = new Range(0, 0);

  public Range {
    Grammar.require(min >= 0 && max >= 0, "resources", "not negative");
    Grammar.require(max == 0 || min <= max, "resources", "a range whose min is at most its max");
  }

  /** Whether a limit may be set to {@code value} (greater than 0) while the container runs. */
  public boolean allows(long value) {
    return value > 0 && value >= min && (max == 0 || value <= max);
  }

  Json toJson() {
    return Json.object().put("min", min).put("max", max).build();
  }
}
