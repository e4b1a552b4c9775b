package dev.cloister.policy;

/** Whether init containers may run a second time in one VM. */
public enum InitRerun implements Worded {
  /** Each succeeds once. */
  NEVER("never"),
  /** From the first one on, where no container of the pod is alive. */
  WHEN_STOPPED("whenStopped");

  private final String word;

  InitRerun(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
