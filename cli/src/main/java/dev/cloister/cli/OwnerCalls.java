package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.RecoveryShare;
import dev.cloister.rpc.ProtoMessage;
import dev.cloister.rpc.ProtoReader;
import dev.cloister.rpc.RpcClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What owners ask of a Coordinator ({@code cloister.coordinator.v1}). */
final class OwnerCalls {

  private static final String SERVICE = "cloister.coordinator.v1.Coordinator";
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int MAX_PARTS = 64;

  private final RpcClient rpc;

  OwnerCalls(RpcClient rpc) {
    this.rpc = rpc;
  }

  /**
   * A transition that the Coordinator says it took.
   *
   * @param head its newest transition
   * @param shares one for each recovery owner, where new ones were made
   */
  record Accepted(Head head, List<RecoveryShare> shares) {
    Accepted {
      shares = List.copyOf(shares);
    }
  }

  /**
   * A share that the Coordinator says it took.
   *
   * @param missing how many more it needs
   */
  record Received(int missing) {}

  /** The label under which a share is wrapped for the channel. */
  static String shareLabel(int index) {
    return "recovery-share/" + index;
  }

  Accepted set(HistoryEntry entry, Head expected) {
    ProtoMessage request =
        out -> {
          out.bytes(1, entry.transition().document());
          out.bytes(2, entry.manifest());
          out.uint64(3, expected.number());
          out.bytes(4, expected.digest());
        };
    ProtoReader in = rpc.call(SERVICE, "SetTransition", request, LIMIT);
    long number = 0;
    Bytes digest = Bytes.EMPTY;
    List<RecoveryShare> shares = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> number = in.uint64();
        case 2 -> digest = in.bytes();
        case 3 -> in.bytes();
        case 4 -> in.many().bytes();
        case 5 -> add(shares, in.many().bytes());
        default -> throw in.unknown();
      }
    }
    return new Accepted(new Head(number, digest), shares);
  }

  private static void add(List<RecoveryShare> shares, Bytes document) {
    if (shares.size() >= MAX_PARTS) {
      throw new CloisterException(
          CliError.NOT_IN_FORCE, "recoveryShares", "more than " + MAX_PARTS);
    }
    shares.add(RecoveryShare.parse(document));
  }

  Received submit(int index, Bytes wrapped, Head known) {
    ProtoMessage request =
        out -> {
          out.uint32(1, index);
          out.bytes(2, wrapped);
          out.uint64(3, known.number());
          out.bytes(4, known.digest());
        };
    ProtoReader in = rpc.call(SERVICE, "SubmitShare", request, LIMIT);
    int missing = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> in.bool();
        case 2 -> missing = in.uint32();
        default -> throw in.unknown();
      }
    }
    return new Received(missing);
  }
}
