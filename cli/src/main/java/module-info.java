/** The {@code cloister} command line: wires every other part for people. */
module dev.cloister.cli {
  requires transitive dev.cloister.encoding;
  requires dev.cloister.manifest;
  requires info.picocli;
  requires static transitive org.jspecify;

  exports dev.cloister.cli;

  uses dev.cloister.cli.CommandProvider;

  // Picocli reads the annotations of the commands by reflection.
  opens dev.cloister.cli to
      info.picocli;
}
