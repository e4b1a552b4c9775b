package dev.cloister.manifest;

import dev.cloister.encoding.Bytes;

/**
 * A place in a deployment's history: its newest transition.
 *
 * @param number number of the transition, from 1; 0 where there is none yet
 * @param digest SHA-256 of the transition's statement, 32 bytes; empty where there is none yet
 */
public record Head(long number, Bytes digest) {

  /** No transition yet. */
  public static final Head NONE = new Head(0, Bytes.EMPTY);

  public Head {
    boolean isNone = number == 0 && digest.isEmpty();
    boolean isSome = number >= 1 && number <= Transition.MAX_NUMBER && digest.size() == 32;
    if (!isNone && !isSome) {
      throw new IllegalArgumentException("number " + number + " with " + digest.size() + " bytes");
    }
  }

  /** Number and digest, for people. */
  @Override
  public String toString() {
    return number == 0 ? "no transition" : number + " (" + digest.toHex() + ")";
  }
}
