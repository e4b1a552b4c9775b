package dev.cloister.policy;

/** Where containers may connect to by themselves. */
public enum Outbound implements Worded {
  /** Nowhere. */
  NONE("none");

  private final String word;

  Outbound(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
