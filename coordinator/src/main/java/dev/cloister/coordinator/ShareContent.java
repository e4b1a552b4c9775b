package dev.cloister.coordinator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Secret;
import dev.cloister.encoding.SecretAccess;
import dev.cloister.encoding.Transcript;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Quorum;
import dev.cloister.manifest.Transition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is encrypted to one recovery owner: a share of the seed, and what all shares of the same
 * dealing look like from outside, so that a wrong one is known by itself.
 *
 * <p>A transcript: domain {@value #DOMAIN}, number and digest of the transition that the dealing
 * belongs to, index from 1, threshold, the commitments of all shares one after the other, the
 * share.
 *
 * @param head the transition
 * @param index number of the share, from 1
 * @param threshold how many shares give the seed
 * @param commitments of all shares in their order, {@value #COMMITMENT_SIZE} bytes each
 * @param share {@value Seed#SIZE} bytes
 */
record ShareContent(Head head, int index, int threshold, List<Bytes> commitments, Secret share)
    implements AutoCloseable {

  static final String DOMAIN = "cloister/share/v1";
  static final int COMMITMENT_SIZE = 16;

  private static final int LENGTH_SIZE = 8;
  private static final int DIGEST_SIZE = 32;

  ShareContent {
    commitments = List.copyOf(commitments);
    if (threshold < 1
        || threshold > commitments.size()
        || commitments.size() > Quorum.MAX_KEYS
        || index < 1
        || index > commitments.size()) {
      throw new IllegalArgumentException(
          "share " + index + " of " + commitments.size() + ", threshold " + threshold);
    }
  }

  /** What a share looks like from outside: the first 128 bits of a SHA-256 over it. */
  static Bytes commitment(DeploymentPin pin, Head head, int index, int threshold, Secret share) {
    byte[] raw = share.expose(SecretAccess.INSTANCE);
    try {
      return Transcript.of("cloister/share-commitment/v1")
          .add(pin.digest())
          .add(head.number())
          .add(head.digest())
          .add(index)
          .add(threshold)
          .add(Bytes.of(raw))
          .sha256()
          .slice(0, COMMITMENT_SIZE);
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  /** Names a dealing: the Coordinator keeps it, and takes shares of no other. */
  static Bytes dealing(DeploymentPin pin, Head head, int threshold, List<Bytes> commitments) {
    return Transcript.of("cloister/share-dealing/v1")
        .add(pin.digest())
        .add(head.number())
        .add(head.digest())
        .add(threshold)
        .add(Bytes.concat(commitments.toArray(new Bytes[0])))
        .sha256();
  }

  Bytes dealing(DeploymentPin pin) {
    return dealing(pin, head, threshold, commitments);
  }

  /** Whether the share is the one that its dealing names at this index. */
  boolean isWhole(DeploymentPin pin) {
    return commitment(pin, head, index, threshold, share).equals(commitments.get(index - 1));
  }

  /** The bytes that are encrypted. */
  Secret encode() {
    Bytes open =
        Transcript.of(DOMAIN)
            .add(head.number())
            .add(head.digest())
            .add(index)
            .add(threshold)
            .add(Bytes.concat(commitments.toArray(new Bytes[0])))
            .toBytes();
    byte[] raw = share.expose(SecretAccess.INSTANCE);
    try {
      return Secret.takeFrom(
          ByteBuffer.allocate(open.size() + LENGTH_SIZE + raw.length)
              .put(open.toBuffer())
              .putLong(raw.length)
              .put(raw)
              .array());
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @param path names it in errors
   * @throws CloisterException with {@link CoordinatorError#SHARE_MALFORMED}
   */
  static ShareContent decode(Secret content, String path) {
    byte[] raw = content.expose(SecretAccess.INSTANCE);
    try {
      return new Reader(ByteBuffer.wrap(raw), path).read();
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  @Override
  public void close() {
    share.close();
  }

  /** Fields of known sizes, nothing behind them. */
  private record Reader(ByteBuffer in, String path) {

    ShareContent read() {
      if (!Bytes.of(field(DOMAIN.length(), DOMAIN.length())).equals(Bytes.ofUtf8(DOMAIN))) {
        throw malformed("is no share");
      }
      long number = number(Transition.MAX_NUMBER);
      Head head = new Head(number, Bytes.of(field(DIGEST_SIZE, DIGEST_SIZE)));
      int index = (int) number(Quorum.MAX_KEYS);
      int threshold = (int) number(Quorum.MAX_KEYS);
      List<Bytes> commitments = commitments();
      if (index > commitments.size() || threshold > commitments.size()) {
        throw malformed("its numbers contradict each other");
      }
      Secret share = Secret.takeFrom(field(Seed.SIZE, Seed.SIZE));
      if (in.hasRemaining()) {
        throw malformed("has bytes behind it");
      }
      return new ShareContent(head, index, threshold, commitments, share);
    }

    private List<Bytes> commitments() {
      byte[] all = field(COMMITMENT_SIZE, COMMITMENT_SIZE * Quorum.MAX_KEYS);
      if (all.length % COMMITMENT_SIZE != 0) {
        throw malformed("its commitments are cut off");
      }
      List<Bytes> commitments = new ArrayList<>();
      for (int at = 0; at < all.length; at += COMMITMENT_SIZE) {
        commitments.add(Bytes.of(all, at, COMMITMENT_SIZE));
      }
      return commitments;
    }

    private long number(long most) {
      long number = ByteBuffer.wrap(field(Long.BYTES, Long.BYTES)).getLong();
      if (number < 1 || number > most) {
        throw malformed("a number is out of its range");
      }
      return number;
    }

    private byte[] field(int least, int most) {
      if (in.remaining() < LENGTH_SIZE) {
        throw malformed("is cut off");
      }
      long size = in.getLong();
      if (size < least || size > most || size > in.remaining()) {
        throw malformed("a field has not its size");
      }
      byte[] field = new byte[(int) size];
      in.get(field);
      return field;
    }

    private CloisterException malformed(String detail) {
      return new CloisterException(CoordinatorError.SHARE_MALFORMED, path, detail);
    }
  }
}
