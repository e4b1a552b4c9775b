package dev.cloister.policy;

/**
 * How far a pod has come. It never goes back, except from RUNNING to INIT by the init-rerun rule.
 */
public enum Phase {
  /** The agent answers; it knows the policy and nothing of this pod. */
  BOOT,
  /** The facts of the pod are known. */
  OPENED,
  /** Its network is set; no container has been made. */
  NETWORKED,
  /** Init containers and sidecars start, in their order. */
  INIT,
  /** All init containers succeeded and all sidecars started. */
  RUNNING,
  /** Everything is being stopped. */
  CLOSING,
  /** Everything has stopped. */
  CLOSED
}
