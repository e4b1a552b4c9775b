/**
 * The host daemon: one virtual machine for each pod, its network, its disks and its agent, and the
 * local frontend that plays kubelet. It is not trusted by anybody.
 */
module dev.cloister.node {
  requires transitive dev.cloister.encoding;
  requires static transitive org.jspecify;

  exports dev.cloister.node;
}
