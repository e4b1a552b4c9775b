package dev.cloister.e2e;

/** A host boots a pod of the deployment that no manifest lists. */
record UnlistedWorkload() implements Attack {

  @Override
  public String name() {
    return "a workload that no manifest lists";
  }

  @Override
  public String refuser() {
    return "agent, Coordinator";
  }

  @Override
  public String attempt(Stage stage) {
    return stage.shop().neverJoins("intruder", text -> text.replace("back", "intruder"));
  }
}
