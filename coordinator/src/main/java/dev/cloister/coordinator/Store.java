package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import java.util.Optional;

/**
 * Where a Coordinator keeps what must outlive it: durable, and not trusted. It cannot forge what is
 * signed or encrypted, but it may show an old state, or none. Blocking; safe for use by any thread.
 */
public interface Store {

  /** The longest key. */
  int MAX_KEY = 128;

  /** The most bytes of a value. */
  int MAX_VALUE = 32 << 20;

  /**
   * The newest value of a key, as the store shows it.
   *
   * @param key 1 to {@value #MAX_KEY} of a-z, 0-9, '.', '-' and '/', without dot segments
   * @return empty where there is none
   * @throws dev.cloister.encoding.CloisterException with {@link CoordinatorError#STORE_FAILED}
   */
  Optional<Versioned> read(String key);

  /**
   * Writes a value where the newest one is still the expected one; durable when this returns.
   *
   * @param expectedVersion version of the value that is replaced; 0 where there must be none
   * @param value 1 to {@value #MAX_VALUE} bytes
   * @return the version of the new value, from 1
   * @throws dev.cloister.encoding.CloisterException with {@link CoordinatorError#STORE_CONFLICT}
   *     where another value is there, or {@link CoordinatorError#STORE_FAILED}
   */
  long compareAndSwap(String key, long expectedVersion, Bytes value);

  /**
   * A value and its version.
   *
   * @param version from 1
   */
  record Versioned(long version, Bytes value) {}
}
