package dev.cloister.image;

/**
 * How an image is written.
 *
 * @param buildTime the image's one time stamp in seconds since 1970
 * @param devices whether the tree may hold device nodes
 */
public record ErofsOptions(long buildTime, boolean devices) {

  /** No device nodes. */
  public static ErofsOptions ofTime(long buildTime) {
    return new ErofsOptions(buildTime, false);
  }
}
