package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.ImagePin;
import java.nio.file.Files;
import java.nio.file.Path;

/** Image disks from the cache that {@code generate} fills too: the second pod copies no byte. */
final class CachedImages implements ImageDisks {

  private final NodeDirectories directories;

  CachedImages(NodeDirectories directories) {
    this.directories = directories;
  }

  @Override
  public Path disk(ImagePin pin, String registryConfiguration) {
    Path file = directories.cache().resolve("images").resolve(pin.verityRoot() + ".img");
    if (!Files.exists(file)) {
      throw new CloisterException(NodeError.IMAGE_DIFFERS, pin.reference(), "not in the cache");
    }
    return file;
  }
}
