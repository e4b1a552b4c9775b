package dev.cloister.image;

import java.nio.file.Path;

/**
 * An image as a read-only disk.
 *
 * @param path the file; it may be linked elsewhere to keep it, and must not be written
 * @param verity what decides its bytes
 * @param conversion version of the rules by which layers became these bytes
 */
public record ImageDisk(Path path, VerityRoot verity, int conversion) {

  /** The rules that this version follows; a change of any byte of any disk is a new version. */
  public static final int CONVERSION = 1;
}
