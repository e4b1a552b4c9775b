/** Whole-system tests, the attacks, and the demo that shows both. No product contains it. */
module dev.cloister.e2e {
  requires dev.cloister.cli;
  requires dev.cloister.encoding;
  requires info.picocli;
  requires static org.jspecify;

  // Picocli reads the annotations of the command by reflection.
  opens dev.cloister.e2e to
      info.picocli;
}
