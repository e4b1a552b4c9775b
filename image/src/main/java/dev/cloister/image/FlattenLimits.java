package dev.cloister.image;

/**
 * How much an image may unpack to. A zip bomb of any shape runs into one of these.
 *
 * @param bytes unpacked bytes of all layers together
 * @param entries members of all layers together
 * @param ratio unpacked bytes of a layer for each packed byte, counted once {@code allowance} bytes
 *     were unpacked
 * @param allowance unpacked bytes of a layer up to which the ratio does not matter
 */
public record FlattenLimits(long bytes, long entries, long ratio, long allowance) {

  /** 64 GiB, a million members, 100 to 1 beyond the first 256 MiB of each layer. */
  public static final FlattenLimits DEFAULT =
      new FlattenLimits(64L << 30, 1_000_000, 100, 256L << 20);

  public FlattenLimits {
    if (bytes < 1 || entries < 1 || ratio < 1 || allowance < 0) {
      throw new IllegalArgumentException("a limit is positive");
    }
  }
}
