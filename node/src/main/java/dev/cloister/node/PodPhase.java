package dev.cloister.node;

/** How far a pod of the local frontend is. */
enum PodPhase {
  /** Its images are fetched and turned into disks. */
  PREPARING("Preparing"),
  /** Its VM starts. */
  BOOTING("Booting"),
  /** The agent answers; init containers and sidecars run. */
  STARTING("Starting"),
  /** All apps have been started. */
  RUNNING("Running"),
  /** All apps ended well and will not run again; its VM is gone. */
  SUCCEEDED("Succeeded"),
  /** It cannot go on; its VM is gone and the reason says why. */
  FAILED("Failed"),
  /** It is being stopped. */
  STOPPING("Stopping");

  private final String word;

  PodPhase(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  boolean isFinal() {
    return this == SUCCEEDED || this == FAILED;
  }
}
