package dev.cloister.policy;

/** Whether the host may name services in the environment. */
public enum ServiceLinksMode implements Worded {
  /** It may not. */
  NONE("none"),
  /** Those that the policy lists. */
  LISTED("listed");

  private final String word;

  ServiceLinksMode(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
