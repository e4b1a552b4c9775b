package dev.cloister.e2e;

/**
 * A host that starts a container without its environment. There is no message that could carry one:
 * the container runs with the variables of the measured policy, as its output shows.
 */
record EnvironmentLeftOut() implements Attack {

  private static final String MEASURED = "accounts of team payments are ready";

  @Override
  public String name() {
    return "a host that leaves out the environment";
  }

  @Override
  public String refuser() {
    return "composer";
  }

  @Override
  public String attempt(Stage stage) {
    String output = stage.hostilePod().setUp().runToEnd("accounts").strip();
    if (!output.equals(MEASURED)) {
      throw Refusals.notRefused("the container printed \"" + output + "\"", null);
    }
    return "the container ran with the measured one and said \"" + output + "\"";
  }
}
