package dev.cloister.guest;

/** Hears how far a build is. Called from the building thread and from downloading threads. */
@FunctionalInterface
public interface BuildProgress {

  /**
   * Something moved on.
   *
   * @param step what is being done, for people, for example {@code fetch haproxy}
   * @param done how much of it is done, in the step's own unit (bytes for downloads)
   * @param total the whole of it, or 0 where that is not known
   */
  void report(String step, long done, long total);

  /** Tells nobody. */
  static BuildProgress silent() {
    return (step, done, total) -> {};
  }

  /** A step without a measure begins. */
  default void begin(String step) {
    report(step, 0, 0);
  }
}
