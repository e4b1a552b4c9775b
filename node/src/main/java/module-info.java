/**
 * The host daemon: one virtual machine for each pod, its network, its disks and its agent, and the
 * local frontend that plays kubelet. It is not trusted by anybody.
 */
module dev.cloister.node {
  requires transitive dev.cloister.encoding;
  requires transitive dev.cloister.rpc;
  requires dev.cloister.guest;
  requires dev.cloister.image;
  requires dev.cloister.manifest;
  requires dev.cloister.policy;
  requires static transitive org.jspecify;

  exports dev.cloister.node;
}
