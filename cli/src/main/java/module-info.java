/** The {@code cloister} command line: wires every other part for people. */
module dev.cloister.cli {
  requires dev.cloister.agent;
  requires transitive dev.cloister.attestation;
  requires dev.cloister.channel;
  requires dev.cloister.collateral;
  requires transitive dev.cloister.client;
  requires transitive dev.cloister.encoding;
  requires transitive dev.cloister.guest;
  requires transitive dev.cloister.image;
  requires transitive dev.cloister.kubernetes;
  requires transitive dev.cloister.manifest;
  requires transitive dev.cloister.policy;
  requires transitive dev.cloister.rpc;
  requires dev.cloister.coordinator;
  requires dev.cloister.node;
  requires dev.cloister.simulator;
  requires info.picocli;
  requires org.bouncycastle.pkix;
  requires org.bouncycastle.provider;
  requires org.bouncycastle.util;
  requires static transitive org.jspecify;

  exports dev.cloister.cli;

  uses dev.cloister.cli.CommandProvider;

  // Picocli reads the annotations of the commands by reflection.
  opens dev.cloister.cli to
      info.picocli;
}
