package dev.cloister.policy;

/**
 * One run of a container, as it is at a moment.
 *
 * @param id what the host calls it
 * @param container the container's name
 * @param state how far it is
 * @param exitCode what the agent's own wait saw, 0 to 255; 0 unless exited
 */
public record Instance(InstanceId id, String container, State state, int exitCode) {

  /** Life of an instance. */
  public enum State {
    /** It is being created. */
    RESERVED,
    /** It exists and has not run. */
    CREATED,
    /** It is being started. */
    STARTING,
    /** It runs. */
    RUNNING,
    /** It has ended. */
    EXITED;

    /** Whether it may still run. */
    public boolean isAlive() {
      return this != EXITED;
    }

    /** The word for status reports. */
    public String word() {
      return switch (this) {
        case RESERVED -> "reserved";
        case CREATED, STARTING -> "created";
        case RUNNING -> "running";
        case EXITED -> "exited";
      };
    }
  }
}
