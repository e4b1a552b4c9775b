package dev.cloister.e2e;

import dev.cloister.cli.Cloister;

/** The command line of a source tree: every command of the product, and the demo. */
public final class Main {

  private Main() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] arguments) {
    Cloister.main(arguments);
  }
}
