package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Transcript;
import java.util.ArrayList;
import java.util.List;

/**
 * Where one session's leaf stands in the tree of the sessions that one report serves. The leaves
 * are filled up with 32 zero bytes to a power of two; leaves, nodes and root are hashed under
 * different domains, and the root says the depth, so that none passes for another.
 *
 * @param index position of the leaf, from 0
 * @param siblings 32 bytes each, from the leaf up; their number is the depth
 */
public record MerklePath(int index, List<Bytes> siblings) {

  /** Deepest tree: 1024 sessions. */
  public static final int MAX_DEPTH = 10;

  private static final String NODE = "cloister/channel/node/v1";
  private static final String ROOT = "cloister/channel/root/v1";
  private static final Bytes FILLER = Bytes.zeros(32);

  public MerklePath {
    siblings = List.copyOf(siblings);
    for (Bytes sibling : siblings) {
      if (sibling.size() != 32) {
        throw new IllegalArgumentException("a sibling of " + sibling.size() + " bytes");
      }
    }
    if (siblings.size() > MAX_DEPTH || index < 0 || index >>> siblings.size() != 0) {
      throw new IllegalArgumentException("index " + index + " at depth " + siblings.size());
    }
  }

  /**
   * What the report is about, if this leaf stands at this path.
   *
   * @param leaf 32 bytes
   */
  public Bytes what(Bytes leaf) {
    Bytes node = leaf;
    for (int level = 0; level < siblings.size(); level++) {
      Bytes sibling = siblings.get(level);
      node = (index >>> level & 1) == 0 ? node(node, sibling) : node(sibling, node);
    }
    return what(siblings.size(), node);
  }

  /** The paths of all leaves, in their order. */
  static List<MerklePath> pathsOf(List<Bytes> leaves) {
    List<List<Bytes>> siblings = new ArrayList<>();
    leaves.forEach(leaf -> siblings.add(new ArrayList<>()));
    List<Bytes> level = filled(leaves);
    for (int depth = 0; level.size() > 1; depth++) {
      for (int i = 0; i < leaves.size(); i++) {
        siblings.get(i).add(level.get(i >>> depth ^ 1));
      }
      level = above(level);
    }
    List<MerklePath> paths = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      paths.add(new MerklePath(i, siblings.get(i)));
    }
    return paths;
  }

  private static List<Bytes> filled(List<Bytes> leaves) {
    List<Bytes> filled = new ArrayList<>(leaves);
    while (Integer.bitCount(filled.size()) != 1) {
      filled.add(FILLER);
    }
    return filled;
  }

  private static List<Bytes> above(List<Bytes> level) {
    List<Bytes> above = new ArrayList<>();
    for (int i = 0; i < level.size(); i += 2) {
      above.add(node(level.get(i), level.get(i + 1)));
    }
    return above;
  }

  private static Bytes node(Bytes left, Bytes right) {
    return Transcript.of(NODE).add(left).add(right).sha256();
  }

  private static Bytes what(int depth, Bytes root) {
    return Transcript.of(ROOT).add(depth).add(root).toBytes();
  }
}
