package dev.cloister.policy;

import dev.cloister.encoding.Json;

/**
 * The one image that a container runs from.
 *
 * @param reference what the image is called, for people and for the node, which pulls it; 1 to 512
 *     printable characters. It decides nothing in the guest.
 * @param manifestDigest {@code sha256:} and 64 hexadecimal digits: the manifest that the image was
 *     made from
 * @param verityRoot 64 lower-case hexadecimal digits: dm-verity root of the image's disk, which is
 *     what the guest checks
 * @param dataBlocks data blocks of 4096 bytes before the verity superblock, 1 to 2^28 (1 TiB)
 * @param conversion version of the rules by which the disk was made from the manifest, from 1
 */
public record ImagePin(
    String reference, String manifestDigest, String verityRoot, long dataBlocks, int conversion) {

  public ImagePin {
    Grammar.require(
        Grammar.isLine(reference, 512), "image.reference", "1 to 512 printable characters");
    Grammar.require(
        manifestDigest.startsWith("sha256:") && Grammar.isHex(manifestDigest.substring(7), 64),
        "image.manifestDigest",
        "sha256: and 64 lower-case hexadecimal digits",
        manifestDigest);
    Grammar.require(
        Grammar.isHex(verityRoot, 64),
        "image.verityRoot",
        "64 lower-case hexadecimal digits",
        verityRoot);
    Grammar.range(dataBlocks, 1, 1L << 28, "image.dataBlocks");
    Grammar.range(conversion, 1, 1000, "image.conversion");
  }

  /** The virtio-blk serial of the image's disk: the first 20 digits of the root. */
  public String serial() {
    return verityRoot.substring(0, 20);
  }

  Json toJson() {
    return Json.object()
        .put("reference", reference)
        .put("manifestDigest", manifestDigest)
        .put("verityRoot", verityRoot)
        .put("dataBlocks", dataBlocks)
        .put("conversion", conversion)
        .build();
  }
}
