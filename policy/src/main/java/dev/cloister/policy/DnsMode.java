package dev.cloister.policy;

/** Where the name servers and search domains of /etc/resolv.conf come from. */
public enum DnsMode implements Worded {
  /** Name servers and cluster domain from the host, search list composed. */
  CLUSTER_FIRST("clusterFirst"),
  /** Name servers from the host, search list from the policy. */
  DEFAULT("default"),
  /** All from the policy. */
  NONE("none");

  private final String word;

  DnsMode(String word) {
    this.word = word;
  }

  /** The word that stands for it in the policy document. */
  @Override
  public String word() {
    return word;
  }
}
