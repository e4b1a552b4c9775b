package dev.cloister.cli;

import java.util.List;
import java.util.Set;

/**
 * One thing that a machine must have.
 *
 * @param name what it is called
 * @param purposes what needs it
 * @param reason why it is needed, as one clause
 * @param state whether it is there
 * @param fix the exact command that brings it, or empty where there is none
 * @param packages the Debian packages that bring it; empty where packages can't
 */
public record Prerequisite(
    String name,
    Set<Purpose> purposes,
    String reason,
    State state,
    String fix,
    List<String> packages) {

  public Prerequisite {
    purposes = Set.copyOf(purposes);
    packages = List.copyOf(packages);
  }

  /** What one may want to do on this machine. */
  public enum Purpose {
    /** Everything on the owner's side: init, generate, verify. */
    generate,
    /** Pods in VMs, and the demo. */
    run,
    /** All tests of the source tree. */
    test
  }

  /** Whether it is there. */
  public sealed interface State {
    /** There; with what was found. */
    record Present(String found) implements State {}

    /** Not there, but there is something slower in its place. */
    record Slower(String instead) implements State {}

    /** Not there. */
    record Missing(String detail) implements State {}
  }

  /** Whether it is missing. */
  boolean missing() {
    return state instanceof State.Missing;
  }

  /** Whether one of the purposes needs it. */
  boolean isFor(Purpose purpose) {
    return purposes.contains(purpose);
  }
}
