package dev.cloister.node;

import dev.cloister.policy.ImagePin;
import java.nio.file.Path;

/** Where image disks come from. */
@FunctionalInterface
interface ImageDisks {

  /**
   * The disk of an image, made or found in the cache. Blocks while it is fetched and converted.
   *
   * @param registryConfiguration path of a Docker configuration file, or empty
   */
  Path disk(ImagePin pin, String registryConfiguration);
}
