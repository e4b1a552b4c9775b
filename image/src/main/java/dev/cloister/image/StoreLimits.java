package dev.cloister.image;

import java.time.Duration;

/**
 * How much a store keeps.
 *
 * @param bytes most bytes of blobs and disks together; what was not used for longest goes first
 * @param grace what was used within this time stays in any case
 * @param flatten how much one image may unpack to
 */
public record StoreLimits(long bytes, Duration grace, FlattenLimits flatten) {

  /** 32 GiB, one hour. */
  public static final StoreLimits DEFAULT =
      new StoreLimits(32L << 30, Duration.ofHours(1), FlattenLimits.DEFAULT);

  public StoreLimits {
    if (bytes < 1 || grace.isNegative()) {
      throw new IllegalArgumentException("limits are positive");
    }
  }
}
