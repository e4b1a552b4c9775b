/** Whole-system tests, the attacks, and the demo that shows both. No product contains it. */
module dev.cloister.e2e {
  requires dev.cloister.agent;
  requires dev.cloister.attestation;
  requires dev.cloister.cli;
  requires dev.cloister.channel;
  requires dev.cloister.client;
  requires dev.cloister.simulator;
  requires dev.cloister.coordinator;
  requires dev.cloister.encoding;
  requires dev.cloister.guest;
  requires dev.cloister.image;
  requires dev.cloister.kubernetes;
  requires dev.cloister.manifest;
  requires dev.cloister.node;
  requires dev.cloister.policy;
  requires dev.cloister.rpc;
  requires info.picocli;
  requires static org.jspecify;

  provides dev.cloister.cli.CommandProvider with
      dev.cloister.e2e.DemoProvider;

  // Picocli reads the annotations of the command by reflection.
  opens dev.cloister.e2e to
      info.picocli;
}
