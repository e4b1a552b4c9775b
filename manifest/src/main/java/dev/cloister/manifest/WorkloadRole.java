package dev.cloister.manifest;

/** What a workload is to the deployment. */
public enum WorkloadRole {
  /** Any workload. */
  WORKLOAD("workload"),
  /** A Coordinator of the deployment. */
  COORDINATOR("coordinator");

  private final String text;

  WorkloadRole(String text) {
    this.text = text;
  }

  /** The word that stands for it in documents. */
  public String text() {
    return text;
  }
}
