package dev.cloister.manifest;

import java.util.List;

/**
 * Who of one group agreed to a transition.
 *
 * @param whose the group
 * @param quorum its keys, and how many must agree
 * @param signed those whose signatures hold, in the order of the quorum
 */
public record Tally(Whose whose, Quorum quorum, List<OwnerKey> signed) {

  public Tally {
    signed = List.copyOf(signed);
  }

  /** Whether enough agreed. */
  public boolean isMet() {
    return signed.size() >= quorum.threshold();
  }

  /** The tally in words, for example {@code update owners: 1 of 2 needed have signed}. */
  @Override
  public String toString() {
    return whose.words()
        + ": "
        + signed.size()
        + " of "
        + quorum.threshold()
        + " needed have signed";
  }
}
