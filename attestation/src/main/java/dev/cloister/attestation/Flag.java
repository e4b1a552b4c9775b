package dev.cloister.attestation;

import java.util.EnumSet;
import java.util.Set;

/** One bit of a field of bits, as an enum names it. */
interface Flag {

  /** Its place in the field, from 0 to 63. */
  int bit();

  /** The flags of this kind whose bit is set. */
  static <F extends Enum<F> & Flag> Set<F> in(Class<F> kind, long bits) {
    Set<F> set = EnumSet.noneOf(kind);
    for (F flag : EnumSet.allOf(kind)) {
      if (((bits >>> flag.bit()) & 1) == 1) {
        set.add(flag);
      }
    }
    return set;
  }
}
