package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Transcript;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Builds OCI images out of Debian packages and a few files, each as an image layout of its own, bit
 * for bit the same on every machine. The payloads are taken as they are (without documentation and
 * translations); no maintainer script runs. The one layer is a plain tar, because compressed bytes
 * would depend on the compressor.
 */
public final class OciImageBuilder {

  /** Counts changes of the way images are made. */
  private static final int FORMAT = 1;

  private final Path layouts;
  private final DebCache debs;
  private final DebianArchive archive;

  /**
   * A builder.
   *
   * @param cache Cloister's cache directory; the layouts are in {@code oci/} below it
   * @param archive where packages come from that the cache lacks
   */
  public OciImageBuilder(Path cache, DebianArchive archive) {
    this.layouts = cache.resolve("oci");
    this.debs = new DebCache(cache.resolve("debs"), archive);
    this.archive = archive;
  }

  /**
   * The images of a recipe, built where they are not there yet, in the recipe's order.
   *
   * @throws CloisterException where a package is not locked, can't be had or lacks a library
   */
  public List<OciImage> build(GuestLock lock, OciRecipe recipe, BuildProgress progress) {
    List<OciImage> images = new ArrayList<>();
    for (OciRecipe.Image image : recipe.images()) {
      images.add(build(lock, image, progress));
    }
    return List.copyOf(images);
  }

  /**
   * As {@link #build(GuestLock, OciRecipe, BuildProgress)} with a lock file, which is written anew
   * where a locked package has left the archive.
   */
  public List<OciImage> build(Path lockFile, OciRecipe recipe, BuildProgress progress) {
    try {
      return build(GuestLock.open(lockFile), recipe, progress);
    } catch (CloisterException e) {
      if (e.code() != GuestError.PACKAGE_GONE) {
        throw e;
      }
      progress.begin(e.where() + " has left the archive: locking today's versions");
      return build(
          GuestLock.refresh(lockFile, recipe.packages(), archive, progress), recipe, progress);
    }
  }

  private OciImage build(GuestLock lock, OciRecipe.Image image, BuildProgress progress) {
    List<LockedPackage> packages = lock.select(image.packages());
    Path layout =
        BuildParts.getAt(
            layouts.resolve(image.name() + "-" + key(image, packages).toHex().substring(0, 32)),
            making -> {
              progress.begin("image " + image.name());
              PayloadTree tree = PayloadTree.of(image, debs.fetch(packages, progress));
              tree.requireLibraries(image.name());
              OciLayout.write(making, image.name(), image.settings(), tree);
            });
    return OciLayout.open(image.name(), layout);
  }

  private static Bytes key(OciRecipe.Image image, List<LockedPackage> packages) {
    Transcript transcript = Transcript.of("cloister/oci-image/v1").add(FORMAT);
    for (LockedPackage locked : packages) {
      transcript = transcript.add(locked.sha256());
    }
    return transcript
        .add(image.packages().toString())
        .add(image.directories().toString())
        .add(image.files().toString())
        .add(new TreeMap<>(image.links()).toString())
        .add(image.settings().entrypoint().toString())
        .add(image.settings().command().toString())
        .add(new TreeMap<>(image.settings().environment()).toString())
        .add(image.settings().user())
        .add(image.settings().workingDirectory())
        .add(image.settings().ports().toString())
        .sha256();
  }
}
