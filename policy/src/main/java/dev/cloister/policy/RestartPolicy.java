package dev.cloister.policy;

/**
 * When a container may run again after it exited. It is the container's own rule, resolved from the
 * pod's.
 */
public enum RestartPolicy implements Worded {
  /** After every exit. */
  ALWAYS("always"),
  /** After an exit with another code than 0. */
  ON_FAILURE("onFailure"),
  /** At most one started instance. */
  NEVER("never");

  private final String word;

  RestartPolicy(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
