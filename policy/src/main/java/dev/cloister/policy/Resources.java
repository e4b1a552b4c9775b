package dev.cloister.policy;

import dev.cloister.encoding.Json;

/**
 * What a container may use: requests and limits of its YAML.
 *
 * @param cpuMilli thousandths of a processor
 * @param memoryMib memory, MiB
 * @param pids most processes and threads, 1 to 4,194,304
 */
public record Resources(Range cpuMilli, Range memoryMib, int pids) {

  /** What a container whose YAML says nothing may have: anything, and 4096 processes. */
  public static final Resources DEFAULT = new Resources(Range.UNLIMITED, Range.UNLIMITED, 4096);

  public Resources {
    Grammar.range(cpuMilli.max(), 0, 1_024_000, "resources.cpuMilli.max");
    Grammar.range(cpuMilli.min(), 0, 1_024_000, "resources.cpuMilli.min");
    Grammar.range(memoryMib.max(), 0, 16_777_216, "resources.memoryMib.max");
    Grammar.range(memoryMib.min(), 0, 16_777_216, "resources.memoryMib.min");
    Grammar.range(pids, 1, 4_194_304, "resources.pids");
  }

  Json toJson() {
    return Json.object()
        .put("cpuMilli", cpuMilli.toJson())
        .put("memoryMib", memoryMib.toJson())
        .put("pids", pids)
        .build();
  }
}
