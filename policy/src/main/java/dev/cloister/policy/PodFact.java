package dev.cloister.policy;

/**
 * What differs from pod to pod and comes from the host, checked by the {@link Guard}; texts of the
 * policy may hold one in place of a literal.
 */
public enum PodFact implements Worded {
  /** The pod's first address. */
  POD_IP("podIP"),
  /** All addresses of the pod, with commas between. */
  POD_IPS("podIPs"),
  /** The node's first address. */
  HOST_IP("hostIP"),
  /** All addresses of the node, with commas between. */
  HOST_IPS("hostIPs"),
  /** The pod's name, which fits the pattern of the policy. */
  POD_NAME("podName"),
  /** The pod's namespace, which is the one of the policy. */
  POD_NAMESPACE("podNamespace"),
  /** The pod's uid. */
  POD_UID("podUID"),
  /** The node's name; the host decides. */
  NODE_NAME("nodeName"),
  /** The pod's host name, computed by the rule of the policy. */
  HOSTNAME("hostname");

  private final String word;

  PodFact(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
