package dev.cloister.policy;

/** For whom evidence that a container asks for speaks (design D4). */
public enum SpeaksAs implements Worded {
  /** For the workload. */
  WORKLOAD("workload"),
  /** For the Coordinator. */
  COORDINATOR("coordinator");

  private final String word;

  SpeaksAs(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
