package dev.cloister.channel;

import dev.cloister.encoding.Bytes;

/**
 * The newest transition of a deployment that somebody knows.
 *
 * @param number 1 and up; 0 where there is none yet
 * @param digest 32 bytes: SHA-256 of the transition's statement; all zero exactly where there is
 *     none
 */
public record Head(long number, Bytes digest) {

  /** No transition yet. */
  public static final Head NONE = new Head(0, Bytes.zeros(32));

  public Head {
    if (number < 0 || digest.size() != 32 || (number == 0) != digest.isAllZero()) {
      throw new IllegalArgumentException("not a head: number " + number);
    }
  }

  /** Refuses this head of a responder where the verifier knows a newer one, or another. */
  void requireNotBefore(Head known) {
    if (number < known.number) {
      throw Step.EVIDENCE.refuse(
          ChannelError.HEAD_TOO_OLD, "transition " + number + ", known is " + known.number);
    }
    if (number == known.number && !digest.equals(known.digest)) {
      throw Step.EVIDENCE.refuse(
          ChannelError.HEAD_FORKED,
          "transition " + number + " is " + digest.toHex() + ", known is " + known.digest.toHex());
    }
  }
}
