package dev.cloister.policy;

import java.util.List;

/**
 * The numbers that a process runs under.
 *
 * @param uid user id, 0 to 2^32 - 2
 * @param gid primary group
 * @param groups all supplementary groups, the primary one among them, ascending, 256 at most
 */
public record UserIds(long uid, long gid, List<Long> groups) {

  /** Greatest id: 2^32 - 1 means "no change" to the kernel. */
  static final long MAX_ID = 0xffff_fffeL;

  /** Most supplementary groups. */
  static final int MAX_GROUPS = 256;

  public UserIds {
    groups = List.copyOf(groups);
    Grammar.range(uid, 0, MAX_ID, "user.uid");
    Grammar.range(gid, 0, MAX_ID, "user.gid");
    Grammar.atMost(groups.size(), MAX_GROUPS, "user.groups");
    long before = -1;
    for (long group : groups) {
      Grammar.range(group, 0, MAX_ID, "user.groups");
      Grammar.require(group > before, "user.groups", "ascending, each once");
      before = group;
    }
    Grammar.require(groups.contains(gid), "user.groups", "a list that holds user.gid");
  }
}
