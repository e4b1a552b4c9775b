package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who signed a transition, proven, and whether they are enough. */
final class Signers {

  private Signers() {}

  /** All signing keys of the owners. */
  static Set<OwnerKey> keys(Owners owners) {
    Set<OwnerKey> keys = new LinkedHashSet<>(owners.update().keys());
    keys.addAll(owners.recovery().signers().keys());
    return keys;
  }

  /**
   * Those of the owners who signed.
   *
   * @throws CloisterException with {@link ManifestError#BAD_SIGNATURE} where a signature of one of
   *     them does not hold
   */
  static Set<OwnerKey> verified(SignedTransition signed, Set<OwnerKey> owners) {
    Map<Bytes, OwnerSignature> byKey = new HashMap<>();
    for (OwnerSignature signature : signed.signatures()) {
      byKey.put(signature.key(), signature);
    }
    Bytes message = signed.transition().signedBytes();
    Set<OwnerKey> verified = new LinkedHashSet<>();
    for (OwnerKey owner : owners) {
      OwnerSignature signature = byKey.get(owner.digest());
      if (signature != null) {
        Approval.check(message, owner, signature);
        verified.add(owner);
      }
    }
    return verified;
  }

  /**
   * Refuses a transition that has more signatures than those that are known to hold.
   *
   * @throws CloisterException with {@link ManifestError#UNKNOWN_SIGNER}
   */
  static void requireNoStranger(SignedTransition signed, Set<OwnerKey> verified) {
    int strangers = signed.signatures().size() - verified.size();
    if (strangers > 0) {
      throw new CloisterException(
          ManifestError.UNKNOWN_SIGNER, "signatures", strangers + " of keys that may not sign");
    }
  }

  /** Who of a group is among those who signed. */
  static Tally tally(Whose whose, Quorum quorum, Set<OwnerKey> signers) {
    List<OwnerKey> signed = new ArrayList<>();
    for (OwnerKey key : quorum.keys()) {
      if (signers.contains(key)) {
        signed.add(key);
      }
    }
    return new Tally(whose, quorum, signed);
  }

  /**
   * Refuses a transition to which too few of a group agreed.
   *
   * @throws CloisterException with the code of the group
   */
  static void requireMet(Tally tally) {
    if (!tally.isMet()) {
      throw new CloisterException(tally.whose().missing(), "signatures", tally.toString());
    }
  }
}
