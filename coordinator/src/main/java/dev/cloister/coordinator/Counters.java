package dev.cloister.coordinator;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Numbers of what happened since the start. Safe for use by any thread. */
public final class Counters {

  private final Map<Counter, LongAdder> numbers = new EnumMap<>(Counter.class);

  /** All at zero. */
  public Counters() {
    for (Counter counter : Counter.values()) {
      numbers.put(counter, new LongAdder());
    }
  }

  /** One more. */
  public void add(Counter counter) {
    adder(counter).increment();
  }

  /** How many so far. */
  public long get(Counter counter) {
    return adder(counter).sum();
  }

  private LongAdder adder(Counter counter) {
    LongAdder adder = numbers.get(counter);
    if (adder == null) {
      throw new IllegalStateException(counter + " is counted from the start");
    }
    return adder;
  }
}
