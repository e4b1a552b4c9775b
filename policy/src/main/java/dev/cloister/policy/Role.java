package dev.cloister.policy;

/** What a container is in the pod, which decides when it may start. */
public enum Role implements Worded {
  /** Runs to its end before anything after it starts. */
  INIT("init"),
  /** Starts in its place among the init containers and stays alive. */
  SIDECAR("sidecar"),
  /** Starts when all init containers succeeded and all sidecars started. */
  APP("app");

  private final String word;

  Role(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
