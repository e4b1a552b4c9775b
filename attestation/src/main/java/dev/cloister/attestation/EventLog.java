package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The log of what a firmware and those after it measured into the registers of a TD (the area that
 * the ACPI table CCEL points to; TCG PC Client Platform Firmware Profile 1.06, section 10). A log
 * proves nothing by itself: replay it and compare with the registers of a quote.
 *
 * @param events in the order of the log
 */
public record EventLog(List<Event> events) {

  private static final int MAX_BYTES = 4 << 20;
  private static final int MAX_EVENTS = 1 << 14;
  private static final int MAX_ALGORITHMS = 8;
  private static final int SHA_384 = 0x0c;
  private static final int FIRST_HEAD = 32;
  private static final int NO_ACTION = 3;
  private static final int SEPARATOR = 4;
  private static final Bytes SIGNATURE = Bytes.ofUtf8("Spec ID Event03\0");
  private static final Set<Long> DIGEST_IS_OF_DATA =
      Set.of(4L, 0x80000001L, 0x80000006L, 0x80000007L, 0x800000e0L);

  /**
   * One event.
   *
   * @param register 0 to 3 for RTMR0 to RTMR3
   * @param type the TCG's number
   * @param digest SHA-384, by which the register was extended
   * @param data what the digest stands for; nothing vouches for it unless {@link #dataProven}
   */
  public record Event(int register, long type, Bytes digest, Bytes data) {

    /** Whether the digest is one of the data, as it must be for this type. */
    public boolean dataProven() {
      return DIGEST_IS_OF_DATA.contains(type) && data.sha384().equals(digest);
    }
  }

  public EventLog {
    events = List.copyOf(events);
  }

  /**
   * Reads a log.
   *
   * @param log at most 4 MiB; what follows the last event is all zeros or all ones
   * @throws CloisterException with {@link AttestationError#EVENT_LOG_MALFORMED}
   */
  public static EventLog parse(Bytes log) {
    if (log.size() > MAX_BYTES) {
      throw malformed("more than " + MAX_BYTES + " bytes", 0);
    }
    Cursor cursor = new Cursor(log);
    Map<Integer, Integer> algorithms = first(cursor);
    List<Event> events = new ArrayList<>();
    while (!cursor.atEnd()) {
      if (events.size() == MAX_EVENTS) {
        throw malformed("more than " + MAX_EVENTS + " events", cursor.at);
      }
      Event event = event(cursor, algorithms);
      if (event.type() != NO_ACTION) {
        events.add(event);
      }
    }
    return new EventLog(events);
  }

  /**
   * The four registers after these events.
   *
   * @return RTMR0 to RTMR3, 48 bytes each
   * @throws CloisterException with {@link AttestationError#EVENT_LOG_CONTRADICTORY} where a second
   *     separator stands in a register: what follows the first is the operating system's, and must
   *     not look like the firmware's
   */
  public List<Bytes> replay() {
    List<Bytes> registers = new ArrayList<>();
    for (int register = 0; register < 4; register++) {
      int which = register;
      List<Event> own = events.stream().filter(event -> event.register() == which).toList();
      if (own.stream().filter(event -> event.type() == SEPARATOR).count() > 1) {
        throw new CloisterException(
            AttestationError.EVENT_LOG_CONTRADICTORY, "rtmr" + register, "a second separator");
      }
      registers.add(TdxRegisters.extended(own.stream().map(Event::digest).toList()));
    }
    return registers;
  }

  /** The first event, in the old form, names the algorithms and their sizes. */
  private static Map<Integer, Integer> first(Cursor cursor) {
    cursor.require(FIRST_HEAD);
    long type = cursor.u32At(4);
    cursor.at = FIRST_HEAD - 4;
    Bytes content = cursor.sized();
    if (type != NO_ACTION || content.size() < 28 || !content.slice(0, 16).equals(SIGNATURE)) {
      throw malformed("it does not begin with the event that names its form", 0);
    }
    long count = content.u32le(24);
    if (count < 1 || count > MAX_ALGORITHMS || content.size() < 28 + 4 * count + 1) {
      throw malformed("it names no algorithm, or too many", FIRST_HEAD);
    }
    Map<Integer, Integer> sizes = new HashMap<>();
    for (int i = 0; i < count; i++) {
      int size = content.u16le(30 + 4 * i);
      if (size > 64 || sizes.put(content.u16le(28 + 4 * i), size) != null) {
        throw malformed("an algorithm stands twice, or has too long a digest", FIRST_HEAD);
      }
    }
    if (sizes.getOrDefault(SHA_384, 0) != 48) {
      throw malformed("it has no SHA-384 digests", FIRST_HEAD);
    }
    return sizes;
  }

  private static Event event(Cursor cursor, Map<Integer, Integer> algorithms) {
    int start = cursor.at;
    long register = cursor.u32();
    long type = cursor.u32();
    long count = cursor.u32();
    if (count != algorithms.size()) {
      throw malformed("an event has another number of digests than the log says", start);
    }
    Bytes digest = Bytes.EMPTY;
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      int algorithm = cursor.u16();
      Integer size = algorithms.get(algorithm);
      if (size == null || !seen.add(algorithm)) {
        throw malformed("an event has a digest that the log does not name", start);
      }
      Bytes value = cursor.take(size);
      digest = algorithm == SHA_384 ? value : digest;
    }
    Bytes data = cursor.sized();
    if (type != NO_ACTION && (register < 1 || register > 4)) {
      throw malformed("an event of no register that can be extended", start);
    }
    return new Event((int) register - 1, type, digest, data);
  }

  private static CloisterException malformed(String detail, int at) {
    return new CloisterException(
        AttestationError.EVENT_LOG_MALFORMED, "event log, byte " + at, detail);
  }

  /** Reads on; every length is checked against what is there. */
  private static final class Cursor {
    private final Bytes log;
    private int at;

    Cursor(Bytes log) {
      this.log = log;
    }

    boolean atEnd() {
      if (at == log.size()) {
        return true;
      }
      boolean ends = log.size() - at < 4 || u32At(at) == 0xffff_ffffL || allZeroHead();
      if (!ends) {
        return false;
      }
      int filler = log.at(at);
      for (int i = at; i < log.size(); i++) {
        if (log.at(i) != filler || (filler != 0 && filler != 0xff)) {
          throw malformed("something stands after the last event", i);
        }
      }
      return true;
    }

    private boolean allZeroHead() {
      return log.slice(at, Math.min(log.size(), at + 12)).isAllZero();
    }

    void require(long size) {
      if (size > log.size() - at) {
        throw malformed("it ends within an event", at);
      }
    }

    long u32At(int where) {
      return log.u32le(where);
    }

    long u32() {
      require(4);
      at += 4;
      return log.u32le(at - 4);
    }

    int u16() {
      require(2);
      at += 2;
      return log.u16le(at - 2);
    }

    Bytes take(int size) {
      require(size);
      at += size;
      return log.slice(at - size, at);
    }

    Bytes sized() {
      long size = u32();
      require(size);
      return take((int) size);
    }
  }
}
