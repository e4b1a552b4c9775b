package dev.cloister.policy;

/** Whether the host may write to a container's standard input. */
public enum StdinPolicy implements Worded {
  /** It is closed from the start. */
  NONE("none"),
  /** Until the first close. */
  ONCE("once"),
  /** As long as the container runs. */
  OPEN("open");

  private final String word;

  StdinPolicy(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
