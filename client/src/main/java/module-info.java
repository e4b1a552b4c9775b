/** Verifies a deployment from its pin: for agents, owners and relying parties. */
module dev.cloister.client {
  requires transitive dev.cloister.attestation;
  requires transitive dev.cloister.channel;
  requires transitive dev.cloister.encoding;
  requires transitive dev.cloister.manifest;
  requires transitive dev.cloister.rpc;
  requires static transitive org.jspecify;

  exports dev.cloister.client;
}
