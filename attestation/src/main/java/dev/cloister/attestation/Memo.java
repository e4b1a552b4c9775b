package dev.cloister.attestation;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Remembers results of a function that depends on nothing but its argument, so that asking twice
 * costs less and answers the same. What throws is not remembered. Bounded: where it is full, it
 * forgets everything. For any thread.
 */
final class Memo<K, V> {

  private final int limit;
  private final Map<K, V> known = new ConcurrentHashMap<>();

  /**
   * @param limit how many results are remembered at most
   */
  Memo(int limit) {
    this.limit = limit;
  }

  V get(K argument, Function<? super K, ? extends V> function) {
    V value = known.get(argument);
    if (value == null) {
      value = function.apply(argument);
      if (known.size() >= limit) {
        known.clear();
      }
      known.put(argument, value);
    }
    return value;
  }

  /** The same for a function that may find nothing, which is not remembered. */
  Optional<V> find(K argument, Function<? super K, Optional<V>> function) {
    V value = known.get(argument);
    if (value != null) {
      return Optional.of(value);
    }
    Optional<V> found = function.apply(argument);
    found.ifPresent(result -> get(argument, _ -> result));
    return found;
  }

  int size() {
    return known.size();
  }
}
