package dev.cloister.image;

import java.util.List;

/** The media types of OCI and Docker that an image may be made of. */
final class MediaType {

  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
  static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
  private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

  /** What a request for a manifest accepts. */
  static final List<String> MANIFESTS = List.of(MANIFEST, INDEX, DOCKER_MANIFEST, DOCKER_LIST);

  /** How the bytes of a layer are packed. */
  enum Packing {
    PLAIN,
    GZIP,
    ZSTD
  }

  private MediaType() {}

  static boolean isIndex(String type) {
    return type.equals(INDEX) || type.equals(DOCKER_LIST);
  }

  static boolean isManifest(String type) {
    return type.equals(MANIFEST) || type.equals(DOCKER_MANIFEST);
  }

  static boolean isConfig(String type) {
    return type.equals(CONFIG) || type.equals(DOCKER_CONFIG);
  }

  /** The packing of a layer of this type. */
  static Packing packing(String type, String where) {
    return switch (type) {
      case LAYER, DOCKER_LAYER -> Packing.PLAIN;
      case LAYER + "+gzip", DOCKER_LAYER + ".gzip" -> Packing.GZIP;
      case LAYER + "+zstd", DOCKER_LAYER + ".zstd" -> Packing.ZSTD;
      default ->
          throw new dev.cloister.encoding.CloisterException(
              ImageError.LAYER_UNSUPPORTED, where, "a layer of type " + type);
    };
  }
}
