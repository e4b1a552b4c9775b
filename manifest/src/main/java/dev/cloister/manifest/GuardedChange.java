package dev.cloister.manifest;

import dev.cloister.attestation.ReferenceValue;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The changes that could take the seed of a deployment, and so need the update and the recovery
 * quorum: of owners (with them the rules of recovery), of reference values, of Coordinators. The
 * first manifest changes all that it holds.
 */
final class GuardedChange {

  private GuardedChange() {}

  /** Whether the first manifest of a deployment needs both quorums: it always does. */
  static boolean inFirst() {
    return true;
  }

  /** Whether the step from one manifest to the next needs both quorums. */
  static boolean between(Manifest before, Manifest after) {
    return after.owners().isPresent()
        || !referenceValues(before).equals(referenceValues(after))
        || !coordinators(before).equals(coordinators(after));
  }

  /** The order of entries says nothing. */
  private static Map<String, ReferenceValue> referenceValues(Manifest manifest) {
    return new HashMap<>(manifest.referenceValues());
  }

  private static Set<Workload> coordinators(Manifest manifest) {
    List<Workload> coordinators = manifest.coordinators();
    return new LinkedHashSet<>(coordinators);
  }
}
