/** The {@code cloister} command line: wires every other part for people. */
module dev.cloister.cli {
  requires dev.cloister.encoding;
  requires info.picocli;
  requires static org.jspecify;

  // Picocli reads the annotations of the commands by reflection.
  opens dev.cloister.cli to
      info.picocli;
}
