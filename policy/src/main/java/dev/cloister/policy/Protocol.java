package dev.cloister.policy;

/** A transport protocol. */
public enum Protocol implements Worded {
  /** TCP. */
  TCP("tcp"),
  /** UDP. */
  UDP("udp");

  private final String word;

  Protocol(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
