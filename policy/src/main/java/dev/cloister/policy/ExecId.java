package dev.cloister.policy;

import org.jspecify.annotations.Nullable;

/**
 * What the host calls one run of a listed command within an instance. It is a key and nothing else.
 *
 * @param value as the host wrote it; the guard checks its grammar
 */
public record ExecId(String value) {
  // Written out: the first use of a record's own methods links them at run time, which is slow.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExecId that && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return value;
  }
}
