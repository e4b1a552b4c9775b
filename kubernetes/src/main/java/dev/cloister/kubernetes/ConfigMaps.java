package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import java.util.Optional;

/**
 * The ConfigMaps that one pod can read.
 *
 * @param inventory where they are
 * @param namespace the pod's namespace
 */
record ConfigMaps(Inventory inventory, String namespace) {

  /** The ConfigMap that a field names; an absent one is an error unless it is optional. */
  Optional<ConfigMapObject> find(ObjectReader reader, String field, boolean optional) {
    String name = reader.text(field);
    Optional<ConfigMapObject> found = inventory.configMap(namespace, name);
    if (found.isEmpty() && !optional) {
      throw new CloisterException(
          KubernetesError.MISSING_OBJECT,
          reader.where(field),
          "no file has ConfigMap " + Words.quoted(name) + " in namespace " + namespace);
    }
    if (found.isEmpty()) {
      reader.warn(
          WarningCode.OPTIONAL,
          field,
          "no file has the optional ConfigMap "
              + Words.quoted(name)
              + ", so the pod runs without it, whatever the cluster has");
    }
    return found;
  }

  /** An optional key that its ConfigMap does not have. */
  static void absentKey(ObjectReader reader, String key) {
    reader.warn(
        WarningCode.OPTIONAL,
        "key",
        "the ConfigMap has no optional key " + Words.quoted(key) + ", so the pod runs without it");
  }

  /** The refusal of a Secret. */
  static CloisterException secret(ObjectReader reader, String field) {
    return new CloisterException(
        KubernetesError.SECRET,
        reader.where(field),
        "a Kubernetes Secret is known to the host; use a ConfigMap if the value is not secret");
  }
}
