package dev.cloister.e2e;

/**
 * A host boots a listed workload under a policy that it derived itself, with one variable changed.
 */
record OtherPolicy() implements Attack {

  @Override
  public String name() {
    return "a listed workload with another policy";
  }

  @Override
  public String refuser() {
    return "agent, Coordinator";
  }

  @Override
  public String attempt(Stage stage) {
    return stage
        .guestbook()
        .neverJoins(stage.guestbook().changed("front", "memory: 32Mi", "memory: 31Mi"));
  }
}
