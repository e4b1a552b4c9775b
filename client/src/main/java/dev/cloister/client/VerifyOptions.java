package dev.cloister.client;

import dev.cloister.manifest.Floor;
import java.util.ArrayList;
import java.util.List;

/**
 * How a deployment is verified. Immutable.
 *
 * @param memories where known heads are kept: one, or none
 * @param floors further states that are known
 * @param allowSimulated whether a simulated deployment is accepted
 * @param https whether to ask over plain HTTPS instead of the attested channel
 * @param limits what it may cost
 */
public record VerifyOptions(
    List<KnownHeadsFile> memories,
    List<Floor> floors,
    boolean allowSimulated,
    boolean https,
    ClientLimits limits) {

  public VerifyOptions {
    memories = List.copyOf(memories);
    floors = List.copyOf(floors);
  }

  /** Over the attested channel, hardware only, with this memory. */
  public static VerifyOptions rememberingIn(KnownHeadsFile memory) {
    return new VerifyOptions(List.of(memory), List.of(), false, false, ClientLimits.STANDARD);
  }

  /**
   * The same without any memory: nothing is known beforehand, so an older state is not noticed. For
   * clients that keep floors themselves.
   */
  public static VerifyOptions withoutMemory() {
    return new VerifyOptions(List.of(), List.of(), false, false, ClientLimits.STANDARD);
  }

  /** The same, where this state is known too. */
  public VerifyOptions withFloor(Floor floor) {
    List<Floor> all = new ArrayList<>(floors);
    all.add(floor);
    return new VerifyOptions(memories, all, allowSimulated, https, limits);
  }

  /** The same, where a simulated deployment is accepted: it protects nothing. */
  public VerifyOptions allowingSimulated() {
    return new VerifyOptions(memories, floors, true, https, limits);
  }

  /** The same over plain HTTPS. */
  public VerifyOptions overHttps() {
    return new VerifyOptions(memories, floors, allowSimulated, true, limits);
  }

  /** The same with other limits. */
  public VerifyOptions within(ClientLimits other) {
    return new VerifyOptions(memories, floors, allowSimulated, https, other);
  }
}
