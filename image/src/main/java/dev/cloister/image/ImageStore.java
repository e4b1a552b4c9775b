package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Images and their disks by content, in a directory that the owner's tools and the node share. What
 * is there is used without copying; what is not is fetched, checked and converted in one go. Every
 * failure is a {@link CloisterException} with an {@link ImageError}. Thread-safe, and safe between
 * processes.
 */
public final class ImageStore {

  private final Path directory;
  private final BlobCache blobs;
  private final DiskCache disks;
  private final CacheSweep sweep;

  private ImageStore(Path directory, BlobCache blobs, DiskCache disks, CacheSweep sweep) {
    this.directory = directory;
    this.blobs = blobs;
    this.disks = disks;
    this.sweep = sweep;
  }

  /** Opens or makes the store in a directory, with the default limits and the system's clock. */
  public static ImageStore open(Path directory) {
    return open(directory, StoreLimits.DEFAULT, InstantSource.system());
  }

  /** Opens or makes the store in a directory. */
  public static ImageStore open(Path directory, StoreLimits limits, InstantSource clock) {
    try {
      BlobCache blobs = new BlobCache(directory.resolve("blobs"), clock);
      DiskCache disks = new DiskCache(directory.resolve("images"), limits.flatten(), clock);
      return new ImageStore(directory, blobs, disks, new CacheSweep(directory, limits, clock));
    } catch (IOException e) {
      throw StorageFailure.of(e, directory);
    }
  }

  /**
   * Asks what a reference means, for linux/amd64. A reference with a digest whose documents are
   * here needs no registry.
   */
  public ResolvedImage resolve(Reference reference, ImageSource source) {
    try {
      return new Resolution(blobs, source).resolve(reference);
    } catch (IOException e) {
      throw StorageFailure.of(e, directory);
    }
  }

  /**
   * The disk of an image, made where it is not here: layers that are missing are fetched, checked
   * and unpacked while they come.
   */
  public ImageDisk disk(ResolvedImage image, ImageSource source, ProgressListener progress) {
    try {
      Optional<ImageDisk> present = disks.find(image);
      if (present.isPresent()) {
        return present.get();
      }
      ImageDisk made = disks.make(image, new LayerFeed(blobs, source, image, progress), progress);
      sweep.run();
      return made;
    } catch (IOException e) {
      throw StorageFailure.of(e, directory);
    }
  }

  /** The disk of an image where it is here. */
  public Optional<ImageDisk> find(ResolvedImage image) {
    try {
      return disks.find(image);
    } catch (IOException e) {
      throw StorageFailure.of(e, directory);
    }
  }

  /** The disk with that root hash where it is here. */
  public Optional<ImageDisk> findByRoot(Bytes root) {
    try {
      return disks.findByRoot(root);
    } catch (IOException e) {
      throw StorageFailure.of(e, directory);
    }
  }

  /**
   * Hashes every block of a disk again; a disk of the store that is damaged is removed.
   *
   * @throws CloisterException with {@link ImageError#BAD_DISK}
   */
  public void verify(ImageDisk disk) {
    try {
      disks.verify(disk);
    } catch (IOException e) {
      throw StorageFailure.of(e, directory);
    }
  }
}
