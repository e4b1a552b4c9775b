package dev.cloister.policy;

import dev.cloister.encoding.Json;

/**
 * A volume's place in a container.
 *
 * @param at absolute path, not the root and not below {@code /proc}, {@code /sys} or {@code /dev}
 *     ({@code /dev/shm} may be mounted over)
 * @param volume name of a volume of the pod
 * @param subPath relative path within the volume, or empty for the whole
 * @param readOnly whether it is mounted read-only, recursively
 */
public record MountPolicy(String at, String volume, String subPath, boolean readOnly) {

  public MountPolicy {
    String where = "mounts[" + at + "]";
    Grammar.require(
        Grammar.isAbsolutePath(at) && !at.equals("/"),
        where,
        "a clean absolute path below the root",
        at);
    boolean system =
        isBelow(at, "/proc") || isBelow(at, "/sys") || (isBelow(at, "/dev") && !isShm(at));
    Grammar.require(!system, where, "outside /proc, /sys and /dev", at);
    Grammar.require(Grammar.isDnsName(volume), where + ".volume", "a volume's name", volume);
    Grammar.require(
        subPath.isEmpty() || Grammar.isRelativePath(subPath),
        where + ".subPath",
        "a clean relative path or empty",
        subPath);
  }

  private static boolean isShm(String path) {
    return path.equals("/dev/shm");
  }

  private static boolean isBelow(String path, String directory) {
    return path.equals(directory) || path.startsWith(directory + "/");
  }

  Json toJson() {
    return Json.object()
        .put("volume", volume)
        .put("subPath", subPath)
        .put("readOnly", readOnly)
        .build();
  }
}
