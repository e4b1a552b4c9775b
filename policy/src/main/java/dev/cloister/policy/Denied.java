package dev.cloister.policy;

/** A rule was not met; becomes a {@link Refusal} at the edge of the guard. */
final class Denied extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final PolicyError code;
  private final String path;
  private final String expected;
  private final String found;

  Denied(PolicyError code, String path, String expected, String found) {
    super(code.code(), null, false, false);
    this.code = code;
    this.path = path;
    this.expected = expected;
    this.found = found;
  }

  /** Throws unless {@code good}. */
  static void unless(boolean good, PolicyError code, String path, String expected, String found) {
    if (!good) {
      throw new Denied(code, path, expected, found);
    }
  }

  Refusal toRefusal(long sequence, String operation) {
    return new Refusal(sequence, operation, code, path, expected, found);
  }
}
