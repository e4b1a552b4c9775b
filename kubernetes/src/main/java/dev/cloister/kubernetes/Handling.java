package dev.cloister.kubernetes;

/** What becomes of a field of Kubernetes' API. */
public enum Handling {
  /** It decides what runs in the VM, and is in the policy. */
  MEASURED,
  /** It concerns the host alone: scheduling, limits of time, pull policy. Listed in the report. */
  HOST_ONLY,
  /** It is an error, unless it is null, false or empty, which means the same as its absence. */
  REFUSED
}
