package dev.cloister.agent;

import dev.cloister.encoding.CloisterException;
import java.util.HashMap;
import java.util.Map;

/**
 * The addresses inside the pod that stand for names of the mesh: from 198.18.0.0/15, which RFC 2544
 * keeps for tests and no network routes. A name keeps its address as long as the pod lives, also
 * through changes of the graph, because applications remember what they once resolved. For one
 * thread at a time.
 */
final class MeshAddresses {

  /** All of them. */
  static final String RANGE = "198.18.0.0/15";

  private static final int FIRST = 2;
  private static final int LIMIT = 65_000;

  private final Map<String, String> known = new HashMap<>();
  private int next = FIRST;

  /** Whether this name has an address. */
  boolean has(String name) {
    return known.containsKey(name);
  }

  /** The address of a name, a fresh one where it has none. */
  String of(String name) {
    String address = known.get(name);
    return address == null ? bind(name, fresh()) : address;
  }

  /** Gives a name this address, where it has none. */
  String bind(String name, String address) {
    String former = known.putIfAbsent(name, address);
    return former == null ? address : former;
  }

  /** An address that no name has had. */
  String fresh() {
    if (next >= LIMIT) {
      throw new CloisterException(AgentError.MESH, "mesh.addresses", "more than " + LIMIT);
    }
    String address = "198.18." + (next >> 8) + "." + (next & 0xff);
    next++;
    return address;
  }
}
