/** The documents that carry all trust: deployment, initdata and manifest. */
module dev.cloister.manifest {
  requires transitive dev.cloister.attestation;
  requires transitive dev.cloister.encoding;
  requires transitive dev.cloister.policy;
  requires static transitive org.jspecify;

  exports dev.cloister.manifest;
}
