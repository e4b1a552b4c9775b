package dev.cloister.agent;

/**
 * One connection that passed or was refused.
 *
 * @param sequence 1 for the first one of this pod
 * @param millis Unix time, by the guest's clock
 * @param direction where it came from
 * @param code what refused it; empty where it passed
 * @param peer identity name of the other end, its subject where that is no workload's, or the host
 *     outside the deployment; empty where it is unknown
 * @param port that was dialled
 * @param address of the other end, {@code IP:PORT}; empty where there was none
 * @param detail what was found, for people; or the group of the key exchange
 */
record MeshEvent(
    long sequence,
    long millis,
    Direction direction,
    String code,
    String peer,
    int port,
    String address,
    String detail) {

  /** Where a connection comes from. */
  enum Direction {
    /** From another pod, or from outside. */
    IN("in"),
    /** From a container of this pod. */
    OUT("out");

    private final String word;

    Direction(String word) {
      this.word = word;
    }

    /** The word that stands for it. */
    String word() {
      return word;
    }
  }

  /** Whether it passed. */
  boolean passed() {
    return code.isEmpty();
  }
}
