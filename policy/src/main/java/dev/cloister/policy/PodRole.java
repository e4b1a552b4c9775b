package dev.cloister.policy;

/** What a pod is to its deployment (design sections 3 and D4). */
public enum PodRole implements Worded {
  /** Any workload. */
  WORKLOAD("workload"),
  /** A Coordinator of the deployment: its one app speaks as such, and it joins nothing. */
  COORDINATOR("coordinator");

  private final String word;

  PodRole(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
