package dev.cloister.policy;

/**
 * How a port may be reached from outside the VM. A pod policy knows {@link #PLAIN} only: what the
 * mesh protects is named in the manifest, which the owners change without a new pod.
 */
public enum InboundMode implements Worded {
  /** By workloads that the manifest names, each proving who it is. TCP only. */
  MESH("mesh"),
  /** By anyone, who sees a certificate of the deployment and need not show one. TCP only. */
  PUBLIC("public"),
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
