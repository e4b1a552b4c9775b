package dev.cloister.image;

import java.util.List;

/**
 * What a reference meant when the registry was asked.
 *
 * @param reference as it was asked for
 * @param manifestDigest digest of the manifest for linux/amd64
 * @param configDigest digest of the configuration
 * @param config the configuration
 * @param layers the layers, the lowest first
 */
public record ResolvedImage(
    Reference reference,
    Digest manifestDigest,
    Digest configDigest,
    ImageConfig config,
    List<Descriptor> layers) {

  public ResolvedImage {
    layers = List.copyOf(layers);
    if (layers.size() != config.diffIds().size()) {
      throw OciObject.bad(
          "config.rootfs.diff_ids",
          config.diffIds().size() + " digests for " + layers.size() + " layers");
    }
  }

  /** The same image by the digest of its manifest. */
  public Reference pinned() {
    return reference.at(manifestDigest);
  }
}
