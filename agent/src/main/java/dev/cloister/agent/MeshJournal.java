package dev.cloister.agent;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What passed and what was refused: the latest connections one by one, and all of them as counts by
 * the other end. Peers choose parts of it, so that everything in it is bounded. Safe for any
 * thread.
 */
final class MeshJournal {

  /** Connections that are remembered one by one. */
  static final int MAX_EVENTS = 512;

  /** Other ends that are counted apart; what comes beyond is counted together. */
  static final int MAX_PEERS = 256;

  /** Stands for all other ends beyond {@link #MAX_PEERS}. */
  static final String OTHERS = "others";

  private final InstantSource clock;
  private final Deque<MeshEvent> events = new ArrayDeque<>();
  private final Map<Key, Count> counts = new LinkedHashMap<>();
  private long sequence;

  MeshJournal(InstantSource clock) {
    this.clock = clock;
  }

  private record Key(MeshEvent.Direction direction, String peer, int port, String code) {}

  /** How many connections of one kind there were. */
  record Count(
      MeshEvent.Direction direction, String peer, int port, String code, long connections) {
    Count more() {
      return new Count(direction, peer, port, code, connections + 1);
    }
  }

  /** A connection passed or was refused. */
  synchronized void add(
      MeshEvent.Direction direction,
      String code,
      String peer,
      int port,
      String address,
      String detail) {
    sequence++;
    if (events.size() == MAX_EVENTS) {
      events.removeFirst();
    }
    events.addLast(
        new MeshEvent(sequence, clock.millis(), direction, code, peer, port, address, detail));
    Key exact = new Key(direction, peer, port, code);
    boolean apart = counts.containsKey(exact) || counts.size() < MAX_PEERS;
    Key key = apart ? exact : new Key(direction, OTHERS, 0, code);
    counts.merge(
        key, new Count(direction, key.peer(), key.port(), code, 1), (former, _) -> former.more());
    notifyAll();
  }

  /** Remembered connections after this one, oldest first, waiting for one up to a time. */
  synchronized List<MeshEvent> after(long known, long waitMillis) {
    long end = Agent.monotonicMillis() + waitMillis;
    try {
      long left = waitMillis;
      while (sequence <= known && left > 0) {
        wait(left);
        left = end - Agent.monotonicMillis();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    List<MeshEvent> newer = new ArrayList<>();
    for (MeshEvent event : events) {
      if (event.sequence() > known) {
        newer.add(event);
      }
    }
    return newer;
  }

  /** All counts, by direction, other end, port and code. */
  synchronized List<Count> counts() {
    List<Count> all = new ArrayList<>(counts.values());
    all.sort(
        Comparator.comparing(Count::direction)
            .thenComparing(Count::peer)
            .thenComparingInt(Count::port)
            .thenComparing(Count::code));
    return all;
  }
}
