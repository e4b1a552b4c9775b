package dev.cloister.cli;

/** What is said wherever simulated evidence is at work. */
final class Simulated {

  /** The warning. */
  static final String WARNING =
      "SIMULATED: this deployment accepts evidence of a simulated processor. It protects nothing"
          + " from whoever runs the machine; use it to develop and to test.";

  private Simulated() {}
}
