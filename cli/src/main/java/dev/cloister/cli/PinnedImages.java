package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.image.ImageConfig;
import dev.cloister.image.ImageDisk;
import dev.cloister.image.ImageError;
import dev.cloister.image.ImageRootfs;
import dev.cloister.image.ImageStore;
import dev.cloister.image.Reference;
import dev.cloister.image.RegistryClient;
import dev.cloister.image.RegistryOptions;
import dev.cloister.image.ResolvedImage;
import dev.cloister.kubernetes.ImageDefaults;
import dev.cloister.kubernetes.ImageSource;
import dev.cloister.kubernetes.PinnedImage;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Images from registries, every byte checked, converted into disks in the cache that the node uses
 * too. For one thread.
 */
final class PinnedImages implements ImageSource, AutoCloseable {

  private final ImageStore store;
  private final RegistryClient registry;
  private final Terminal terminal;

  PinnedImages(Path cache, RegistryOptions options, Terminal terminal) {
    this.store = ImageStore.open(cache);
    this.registry = new RegistryClient(options);
    this.terminal = terminal;
  }

  @Override
  public PinnedImage resolve(String reference) {
    return terminal.during("image " + reference, () -> pin(reference));
  }

  private PinnedImage pin(String reference) {
    ResolvedImage image = store.resolve(Reference.parse(reference), registry);
    TransferProgress progress = new TransferProgress(terminal);
    ImageDisk disk = store.disk(image, registry, progress);
    return new PinnedImage(
        image.manifestDigest().toString(),
        disk.verity().root().toHex(),
        disk.verity().dataBlocks(),
        disk.conversion(),
        defaults(image.config()),
        (path, limit) -> read(disk.path(), path, limit));
  }

  private static ImageDefaults defaults(ImageConfig config) {
    return new ImageDefaults(
        config.entrypoint(),
        config.cmd(),
        config.env(),
        config.user(),
        config.workingDir(),
        config.volumes(),
        config.stopSignal());
  }

  private static Bytes read(Path disk, String path, int limit) {
    try (ImageRootfs files = ImageRootfs.open(disk)) {
      return files.read(path, limit).orElse(Bytes.EMPTY);
    } catch (IOException e) {
      throw new CloisterException(
          ImageError.STORAGE, disk.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    registry.close();
  }
}
