package dev.cloister.image;

import dev.cloister.encoding.Json;

/**
 * What a document says of another blob (OCI Image Specification, descriptor.md).
 *
 * @param mediaType what kind of content it is
 * @param digest its digest
 * @param size its bytes
 */
public record Descriptor(String mediaType, Digest digest, long size) {

  static Descriptor read(Json value, String path) {
    OciObject fields = OciObject.of(value, path);
    return new Descriptor(
        fields.requiredText("mediaType"),
        Digest.parse(fields.requiredText("digest"), path + ".digest"),
        fields.requiredSize("size"));
  }

  Json toJson() {
    return Json.object()
        .put("mediaType", mediaType)
        .put("digest", digest.toString())
        .put("size", size)
        .build();
  }
}
