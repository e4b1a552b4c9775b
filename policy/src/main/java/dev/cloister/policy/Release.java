package dev.cloister.policy;

/** To whom the output of a container goes. */
public enum Release implements Worded {
  /** It is drained and thrown away. */
  NONE("none"),
  /** The host reads it. */
  HOST("host");

  private final String word;

  Release(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
