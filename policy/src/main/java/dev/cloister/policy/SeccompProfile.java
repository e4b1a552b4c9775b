package dev.cloister.policy;

/** Which system calls a container may make. */
public enum SeccompProfile implements Worded {
  /** The first version of the list that is part of the guest image. */
  RUNTIME_DEFAULT_1("runtimeDefault/1"),
  /** All of them. */
  UNCONFINED("unconfined");

  private final String word;

  SeccompProfile(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
