package dev.cloister.attestation;

/** For whom evidence speaks. Evidence of one kind never passes for another (design D4). */
public enum EvidenceKind {
  /** The agent of a pod VM, about its own channel. */
  AGENT("agent"),
  /** The Coordinator, in a container whose measured policy says so. */
  COORDINATOR("coordinator"),
  /** Any container, about 64 bytes of its own. */
  WORKLOAD("workload");

  private final String text;

  EvidenceKind(String text) {
    this.text = text;
  }

  /** The word that is hashed into the report data. */
  public String text() {
    return text;
  }
}
