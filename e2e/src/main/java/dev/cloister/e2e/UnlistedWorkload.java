package dev.cloister.e2e;

/** A host boots a pod of the deployment that no manifest lists. */
record UnlistedWorkload() implements Attack {

  private static final String YAML =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: intruder
        annotations:
          cloister.dev/connects-to: "db:6379"
      spec:
        containers:
          - name: redis
            image: 127.0.0.1:5055/guestbook/redis:1
            resources:
              limits:
                memory: 32Mi
      ---
      """;

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
    return stage.guestbook().neverJoins(stage.guestbook().added("intruder", YAML));
  }
}
