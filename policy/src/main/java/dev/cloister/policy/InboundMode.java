package dev.cloister.policy;

/** How a port may be reached from outside the VM. */
public enum InboundMode implements Worded {
  /** By anyone, without protection. */
  PLAIN("plain");

  private final String word;

  InboundMode(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
