package dev.cloister.coordinator;

import dev.cloister.channel.Purpose;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.RpcLimits;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * How much the open channels of each purpose may take. Anyone may open those of owners and
 * verifiers, so they are few, few of one address, and end; pods that joined are as many as there
 * are. Safe for use by any thread.
 */
final class PurposeGate {

  /**
   * What one purpose may take.
   *
   * @param channels open at once
   * @param ofOneOrigin of them from one address
   * @param life longest time that a channel stays open; zero for as long as it likes
   * @param calls what its calls may take
   */
  record Allowance(int channels, int ofOneOrigin, Duration life, RpcLimits calls) {}

  private static final int SMALL = 64 << 10;
  private static final int PARTS = 256;

  private final Map<Purpose, Integer> open = new EnumMap<>(Purpose.class);
  private final Map<String, Integer> origins = new HashMap<>();

  /** What a channel of this purpose may take. */
  static Allowance allowance(Purpose purpose) {
    return switch (purpose) {
      case JOIN -> new Allowance(4096, 64, Duration.ZERO, new RpcLimits(SMALL, 4, PARTS));
      case OWNER ->
          new Allowance(
              8, 4, Duration.ofMinutes(10), new RpcLimits(RpcLimits.MAX_FRAME_BYTES, 1, PARTS));
      case VERIFY, PEER ->
          new Allowance(64, 16, Duration.ofMinutes(10), new RpcLimits(SMALL, 1, PARTS));
    };
  }

  /**
   * A place for one channel.
   *
   * @throws CloisterException with {@link CoordinatorError#BUSY}
   */
  synchronized Place enter(Purpose purpose, String origin) {
    Allowance allowance = allowance(purpose);
    String key = purpose.text() + " " + origin;
    int all = open.getOrDefault(purpose, 0);
    int here = origins.getOrDefault(key, 0);
    if (all >= allowance.channels() || here >= allowance.ofOneOrigin()) {
      throw new CloisterException(
          CoordinatorError.BUSY, purpose.text(), all + " channels, " + here + " from there");
    }
    open.put(purpose, all + 1);
    origins.put(key, here + 1);
    return () -> leave(purpose, key);
  }

  private synchronized void leave(Purpose purpose, String key) {
    open.merge(purpose, -1, Integer::sum);
    origins.merge(key, -1, (held, one) -> held == 1 ? null : held + one);
  }

  /** One channel's place; left once. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }
}
