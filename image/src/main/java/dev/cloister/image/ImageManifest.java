package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import java.util.List;

/**
 * The manifest of one image (OCI Image Specification, manifest.md; Docker Image Manifest V2, Schema
 * 2).
 *
 * @param config where the configuration is
 * @param layers the layers, the lowest first
 */
record ImageManifest(Descriptor config, List<Descriptor> layers) {

  private static final int MAX_LAYERS = 512;

  ImageManifest {
    layers = List.copyOf(layers);
  }

  /** Reads a manifest; {@code where} names it in errors. */
  static ImageManifest parse(Bytes document, String where) {
    OciObject fields = OciObject.parse(document, where);
    checkSchema(fields);
    Descriptor config = Descriptor.read(fields.requiredJson("config"), where + ".config");
    if (!MediaType.isConfig(config.mediaType())) {
      throw OciObject.bad(
          where + ".config.mediaType", "not a container image: " + config.mediaType());
    }
    List<Descriptor> layers = fields.requiredList("layers", Descriptor::read);
    if (layers.size() > MAX_LAYERS) {
      throw new CloisterException(
          ImageError.LIMIT, where + ".layers", "more than " + MAX_LAYERS + " layers");
    }
    return new ImageManifest(config, layers);
  }

  /** Whether the document is an index; decided by its media type, or by its fields without one. */
  static boolean isIndex(Bytes document, String contentType, String where) {
    OciObject fields = OciObject.parse(document, where);
    String type = fields.textOrEmpty("mediaType");
    if (type.isEmpty()) {
      type = contentType;
    }
    if (fields.has("manifests") && fields.has("layers")) {
      throw OciObject.bad(where, "both an index and a manifest");
    }
    if (MediaType.isIndex(type) || MediaType.isManifest(type)) {
      return MediaType.isIndex(type);
    }
    return fields.has("manifests");
  }

  /** The entry of an index for linux/amd64 (OCI Image Specification, image-index.md). */
  static Descriptor select(Bytes index, String where) {
    OciObject fields = OciObject.parse(index, where);
    checkSchema(fields);
    List<Descriptor> fitting =
        fields.requiredList("manifests", ImageManifest::fitting).stream()
            .flatMap(List::stream)
            .toList();
    if (fitting.isEmpty()) {
      throw new CloisterException(
          ImageError.NO_PLATFORM, where, "the index has no entry for linux/amd64");
    }
    return fitting.getFirst();
  }

  private static List<Descriptor> fitting(Json entry, String path) {
    OciObject fields = OciObject.of(entry, path);
    OciObject platform = fields.objectOrEmpty("platform");
    boolean fits =
        platform.textOrEmpty("os").equals("linux")
            && platform.textOrEmpty("architecture").equals("amd64")
            && MediaType.isManifest(fields.textOrEmpty("mediaType"));
    return fits ? List.of(Descriptor.read(entry, path)) : List.of();
  }

  private static void checkSchema(OciObject fields) {
    if (fields.requiredSize("schemaVersion") != 2) {
      throw OciObject.bad(fields.path("schemaVersion"), "must be 2");
    }
  }
}
