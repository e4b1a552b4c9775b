package dev.cloister.policy;

/**
 * What the host calls one run of a listed command within an instance. It is a key and nothing else.
 *
 * @param value as the host wrote it; the guard checks its grammar
 */
public record ExecId(String value) {
  @Override
  public String toString() {
    return value;
  }
}
