/** The simulated security processor and launcher. No part of production artefacts. */
module dev.cloister.simulator {
  requires transitive dev.cloister.attestation;
  requires transitive dev.cloister.encoding;
  requires transitive dev.cloister.rpc;
  requires static transitive org.jspecify;

  exports dev.cloister.simulator;
}
