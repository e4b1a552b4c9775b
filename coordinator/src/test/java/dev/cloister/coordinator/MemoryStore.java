package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A store that lives as long as a test, and fails or shows an old state where the test says so. */
final class MemoryStore implements Store {

  private final Map<String, Versioned> values = new HashMap<>();
  private boolean losesAnswers;
  private boolean fails;

  @Override
  public synchronized Optional<Versioned> read(String key) {
    if (fails) {
      throw failed(key);
    }
    return Optional.ofNullable(values.get(key));
  }

  @Override
  public synchronized long compareAndSwap(String key, long expectedVersion, Bytes value) {
    long found = Optional.ofNullable(values.get(key)).map(Versioned::version).orElse(0L);
    if (found != expectedVersion) {
      throw new CloisterException(
          CoordinatorError.STORE_CONFLICT, key, "is " + found + ", expected " + expectedVersion);
    }
    if (fails && !losesAnswers) {
      throw failed(key);
    }
    values.put(key, new Versioned(found + 1, value));
    if (losesAnswers && key.equals(HistoryStore.HEAD)) {
      fails = true;
      throw failed(key);
    }
    return found + 1;
  }

  private static CloisterException failed(String key) {
    return new CloisterException(CoordinatorError.STORE_FAILED, key, "no answer");
  }

  /** It takes the next head and dies before it answers. */
  synchronized void loseAnswers() {
    losesAnswers = true;
  }

  synchronized void fail() {
    fails = true;
  }

  synchronized void heal() {
    fails = false;
    losesAnswers = false;
  }

  /** What it holds now, as a store of its own. */
  synchronized MemoryStore copy() {
    MemoryStore copy = new MemoryStore();
    copy.values.putAll(values);
    return copy;
  }

  /** Another value than the one that was written. */
  synchronized void forge(String key, Bytes value) {
    values.computeIfPresent(key, (_, found) -> new Versioned(found.version(), value));
  }
}
