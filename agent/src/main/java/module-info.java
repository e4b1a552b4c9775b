/**
 * The agent: the one program of Cloister inside a pod VM. It checks what the VM is, and then does
 * what the pod's policy says and nothing else.
 */
module dev.cloister.agent {
  requires dev.cloister.attestation;
  requires dev.cloister.channel;
  requires dev.cloister.client;
  requires dev.cloister.encoding;
  requires dev.cloister.manifest;
  requires dev.cloister.policy;
  requires transitive dev.cloister.rpc;
  requires static transitive org.jspecify;

  exports dev.cloister.agent;
}
