package dev.cloister.policy;

/** What of /proc is hidden from a container. */
public enum ProcMount implements Worded {
  /** The usual paths are masked or read-only. */
  DEFAULT("default"),
  /** Nothing is. */
  UNMASKED("unmasked");

  private final String word;

  ProcMount(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
