package dev.cloister.manifest;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.List;

/**
 * A reason why nobody could use or change a deployment after a transition. The rules of {@link
 * History} allow such a transition; a command that signs one should refuse it unless its user says
 * that it is meant.
 *
 * @param where path in the manifest
 * @param words what would happen
 */
public record Lockout(String where, String words) {

  /**
   * What the first manifest of a deployment, or the next one of a history, would lock out.
   *
   * @return empty where it locks nobody out
   */
  public static List<Lockout> of(History history, Manifest next) {
    List<Lockout> found = new ArrayList<>();
    List<Workload> coordinators = next.coordinators();
    if (coordinators.isEmpty()) {
      found.add(
          new Lockout(
              "workloads",
              "no entry has the role coordinator, so no Coordinator could prove itself again and"
                  + " no pod could join"));
    }
    history.manifest().ifPresent(now -> addCoordinators(now, next, found));
    return List.copyOf(found);
  }

  /** The running Coordinator is one of those listed now; it must still be provable then. */
  private static void addCoordinators(Manifest now, Manifest next, List<Lockout> found) {
    if (next.coordinators().isEmpty()) {
      return;
    }
    for (Workload running : now.coordinators()) {
      if (next.coordinators().stream().anyMatch(then -> covers(next, then, now, running))) {
        return;
      }
    }
    found.add(
        new Lockout(
            "workloads",
            "no Coordinator of the manifest in force stays listed with a reference value that"
                + " proves it, so the running one loses its trust and only recovery with shares"
                + " could follow"));
  }

  private static boolean covers(Manifest next, Workload then, Manifest now, Workload running) {
    return then.initdataDigest().equals(running.initdataDigest())
        && next.referenceValuesOf(then).stream().anyMatch(now.referenceValuesOf(running)::contains);
  }

  /**
   * Refuses a manifest that locks out.
   *
   * @throws CloisterException with {@link ManifestError#LOCKED_OUT} and the first reason
   */
  public static void requireNone(History history, Manifest next) {
    List<Lockout> found = of(history, next);
    if (!found.isEmpty()) {
      Lockout first = found.getFirst();
      throw new CloisterException(ManifestError.LOCKED_OUT, first.where(), first.words());
    }
  }
}
