package dev.cloister.policy;

/**
 * What the host calls one run of a container. It is a key of the guard's table and nothing else.
 *
 * @param value as the host wrote it; the guard checks its grammar
 */
public record InstanceId(String value) {
  @Override
  public String toString() {
    return value;
  }
}
