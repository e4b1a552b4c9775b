package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import dev.cloister.image.Digest;
import dev.cloister.image.ImageDisk;
import dev.cloister.image.ImageStore;
import dev.cloister.image.ProgressListener;
import dev.cloister.image.Reference;
import dev.cloister.image.RegistryClient;
import dev.cloister.image.RegistryOptions;
import dev.cloister.policy.ImagePin;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Image disks from the cache that {@code generate} fills too: the second pod of an image copies no
 * byte. One image is fetched and converted at a time, which bounds the daemon's memory. Safe for
 * use by any thread.
 */
final class CachedImages implements ImageDisks {

  private final ImageStore store;
  private final RegistryOptions options;
  private final ReentrantLock converting = new ReentrantLock();

  CachedImages(Path cache, Map<String, String> environment) {
    this.store = ImageStore.open(cache);
    this.options = RegistryOptions.fromEnvironment(environment);
  }

  /**
   * @throws CloisterException with {@link NodeError#IMAGE_DIFFERS} where the disk is not the one
   *     that the policy pins; the guest would refuse it, but say less
   */
  @Override
  public Path disk(ImagePin pin, String registryConfiguration) {
    Reference reference =
        Reference.parse(pin.reference())
            .at(Digest.parse(pin.manifestDigest(), "image.manifestDigest"));
    converting.lock();
    try (RegistryClient registry = new RegistryClient(options(registryConfiguration))) {
      ImageDisk disk =
          store.disk(store.resolve(reference, registry), registry, ProgressListener.NONE);
      String root = disk.verity().root().toHex();
      if (!root.equals(pin.verityRoot())) {
        throw new CloisterException(
            NodeError.IMAGE_DIFFERS,
            pin.reference(),
            "its root is " + root + ", the policy pins " + pin.verityRoot());
      }
      return disk.path();
    } finally {
      converting.unlock();
    }
  }

  private RegistryOptions options(String configuration) {
    return configuration.isEmpty()
        ? options
        : options.withCredentialFiles(List.of(Path.of(configuration)));
  }
}
