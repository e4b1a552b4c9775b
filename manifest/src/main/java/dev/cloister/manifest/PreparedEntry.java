package dev.cloister.manifest;

import dev.cloister.encoding.CloisterException;
import java.util.Optional;
import java.util.Set;

/**
 * An entry of a history with the dear part of its checks done: the signatures of certain owners,
 * and the manifest, which is read only where enough of them signed and its digest is the signed
 * one. Where anything is wrong, nothing is prepared, and the walk finds it again at its place.
 *
 * @param entry the entry
 * @param owners whose signatures were checked
 * @param signers those of them who signed
 * @param manifest the manifest as read
 */
record PreparedEntry(
    HistoryEntry entry, Owners owners, Set<OwnerKey> signers, Optional<Manifest> manifest) {

  /** An entry of which nothing is known yet. */
  static PreparedEntry unchecked(HistoryEntry entry, Owners owners) {
    return new PreparedEntry(entry, owners, Set.of(), Optional.empty());
  }

  /** Checks an entry as if these owners were in force. */
  static PreparedEntry of(HistoryEntry entry, Owners owners) {
    try {
      Set<OwnerKey> signers = Signers.verified(entry.transition(), Signers.keys(owners));
      boolean isMet = Signers.tally(Whose.UPDATE, owners.update(), signers).isMet();
      if (isMet && entry.manifest().sha256().equals(entry.transition().transition().manifest())) {
        Manifest manifest = Manifest.parse(entry.manifest());
        return new PreparedEntry(entry, owners, signers, Optional.of(manifest));
      }
    } catch (CloisterException _) {
      // The walk refuses it with the same reason, and says where.
    }
    return unchecked(entry, owners);
  }

  /** Whether what is prepared holds for these owners. */
  boolean isFor(Owners inForce) {
    return manifest.isPresent() && owners.equals(inForce);
  }
}
