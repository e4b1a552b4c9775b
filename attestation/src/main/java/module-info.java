/**
 * Evidence of confidential VMs: what it is, whether it is genuine, whether it is what was asked
 * for.
 */
module dev.cloister.attestation {
  requires transitive dev.cloister.encoding;
  requires static transitive org.jspecify;

  exports dev.cloister.attestation;
}
