/**
 * The Coordinator of a deployment: lets in what the owners signed, and gives it certificates and
 * secrets.
 */
module dev.cloister.coordinator {
  requires transitive dev.cloister.attestation;
  requires transitive dev.cloister.channel;
  requires transitive dev.cloister.client;
  requires transitive dev.cloister.encoding;
  requires transitive dev.cloister.manifest;
  requires transitive dev.cloister.rpc;
  requires org.bouncycastle.pkix;
  requires org.bouncycastle.provider;
  requires static transitive org.jspecify;

  exports dev.cloister.coordinator;
}
