/** The attested channel: TLS 1.3, and evidence bound to that very session. */
module dev.cloister.channel {
  requires transitive dev.cloister.encoding;
  requires transitive dev.cloister.attestation;
  requires transitive dev.cloister.manifest;
  requires static transitive org.jspecify;

  exports dev.cloister.channel;
}
