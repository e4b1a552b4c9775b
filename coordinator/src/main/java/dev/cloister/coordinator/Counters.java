package dev.cloister.coordinator;

import dev.cloister.encoding.ErrorCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Numbers of what happened since the start. Safe for use by any thread. */
public final class Counters {

  /** More kinds of refusals than there are would be counted as this one. */
  private static final Refusal OTHER = new Refusal("other", "other");

  private static final int MAX_REFUSALS = 500;

  private final Map<Counter, LongAdder> numbers = new EnumMap<>(Counter.class);
  private final Map<Refusal, LongAdder> refusals = new ConcurrentHashMap<>();

  /**
   * A kind of refusal.
   *
   * @param purpose what was wanted: a purpose of the channel, {@code https}, or {@code none} where
   *     that was not said yet
   * @param code for example {@code CL-COO-003}
   */
  public record Refusal(String purpose, String code) implements Comparable<Refusal> {
    @Override
    public int compareTo(Refusal other) {
      int purposes = purpose.compareTo(other.purpose);
      return purposes != 0 ? purposes : code.compareTo(other.code);
    }
  }

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

  /** One more refusal of this kind. */
  public void refused(String purpose, ErrorCode code) {
    Refusal refusal = new Refusal(purpose, code.code());
    boolean known = refusals.containsKey(refusal) || refusals.size() < MAX_REFUSALS;
    refusals.computeIfAbsent(known ? refusal : OTHER, _ -> new LongAdder()).increment();
  }

  /** How many of each kind so far, in the order of purposes and codes. */
  public SortedMap<Refusal, Long> refusals() {
    SortedMap<Refusal, Long> all = new TreeMap<>();
    refusals.forEach((refusal, number) -> all.put(refusal, number.sum()));
    return all;
  }

  private LongAdder adder(Counter counter) {
    LongAdder adder = numbers.get(counter);
    if (adder == null) {
      throw new IllegalStateException(counter + " is counted from the start");
    }
    return adder;
  }
}
