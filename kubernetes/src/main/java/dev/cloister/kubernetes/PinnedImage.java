package dev.cloister.kubernetes;

import dev.cloister.encoding.Bytes;

/**
 * An image whose bytes have been checked and converted.
 *
 * @param manifestDigest {@code sha256:} and 64 hexadecimal digits: its manifest for linux/amd64
 * @param verityRoot dm-verity root of its disk, 64 hexadecimal digits
 * @param dataBlocks data blocks of 4096 bytes of its disk
 * @param conversion version of the conversion's rules
 * @param defaults what its configuration says
 * @param files reads its files
 */
public record PinnedImage(
    String manifestDigest,
    String verityRoot,
    long dataBlocks,
    int conversion,
    ImageDefaults defaults,
    Files files) {

  /** Reads files of an image. */
  @FunctionalInterface
  public interface Files {
    /**
     * The content of a regular file, symbolic links followed within the image; empty where there is
     * no such file.
     *
     * @param path absolute path in the image
     * @param maxBytes most bytes that are read
     * @throws dev.cloister.encoding.CloisterException where the file is larger
     */
    Bytes read(String path, int maxBytes);
  }

  /** {@code reference} with the manifest's digest: what is written back into the YAML. */
  String pinned(String reference) {
    int at = reference.indexOf('@');
    return (at < 0 ? reference : reference.substring(0, at)) + "@" + manifestDigest;
  }
}
