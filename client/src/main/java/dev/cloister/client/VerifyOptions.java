package dev.cloister.client;

import dev.cloister.manifest.Floor;
import dev.cloister.manifest.HistoryEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a deployment is verified. Immutable.
 *
 * @param memories where known heads are kept: one, or none
 * @param floors further states that are known
 * @param allowSimulated whether a simulated deployment is accepted
 * @param https whether to ask over plain HTTPS instead of the attested channel
 * @param limits what it may cost
 * @param keeper is given the entries of the history, oldest first; they are proven only once the
 *     verification has returned
 */
public record VerifyOptions(
    List<KnownHeadsFile> memories,
    List<Floor> floors,
    boolean allowSimulated,
    boolean https,
    ClientLimits limits,
    Consumer<HistoryEntry> keeper) {

  public VerifyOptions {
    memories = List.copyOf(memories);
    floors = List.copyOf(floors);
  }

  /** Over the attested channel, hardware only, with this memory. */
  public static VerifyOptions rememberingIn(KnownHeadsFile memory) {
    return new VerifyOptions(
        List.of(memory), List.of(), false, false, ClientLimits.STANDARD, _ -> {});
  }

  /**
   * The same without any memory: nothing is known beforehand, so an older state is not noticed. For
   * clients that keep floors themselves.
   */
  public static VerifyOptions withoutMemory() {
    return new VerifyOptions(List.of(), List.of(), false, false, ClientLimits.STANDARD, _ -> {});
  }

  /** The same, where this state is known too. */
  public VerifyOptions withFloor(Floor floor) {
    List<Floor> all = new ArrayList<>(floors);
    all.add(floor);
    return new VerifyOptions(memories, all, allowSimulated, https, limits, keeper);
  }

  /** The same, where a simulated deployment is accepted: it protects nothing. */
  public VerifyOptions allowingSimulated() {
    return new VerifyOptions(memories, floors, true, https, limits, keeper);
  }

  /** The same over plain HTTPS. */
  public VerifyOptions overHttps() {
    return new VerifyOptions(memories, floors, allowSimulated, true, limits, keeper);
  }

  /** The same with other limits. */
  public VerifyOptions within(ClientLimits other) {
    return new VerifyOptions(memories, floors, allowSimulated, https, other, keeper);
  }

  /** The same, and keeps the entries of the history. */
  public VerifyOptions keeping(Consumer<HistoryEntry> other) {
    return new VerifyOptions(memories, floors, allowSimulated, https, limits, other);
  }
}
