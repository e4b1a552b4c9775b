package dev.cloister.kubernetes;

/** Where the derivation gets images from: a registry and its cache, or a few images in memory. */
@FunctionalInterface
public interface ImageSource {

  /**
   * Finds the image of a reference, checks every byte of it and converts it.
   *
   * @param reference as it stands in the YAML, possibly with a digest
   * @throws dev.cloister.encoding.CloisterException where it cannot be had
   */
  PinnedImage resolve(String reference);
}
