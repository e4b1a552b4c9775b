package dev.cloister.image;

import dev.cloister.encoding.ErrorCode;

/** What this module refuses, or can't do. */
public enum ImageError implements ErrorCode {
  BAD_REFERENCE(
      "CL-IMG-001",
      "The text is not an image reference.",
      "Write [registry[:port]/]repository[:tag][@sha256:digest].",
      Kind.USAGE),
  REGISTRY_UNREACHABLE(
      "CL-IMG-002",
      "The registry can't be reached.",
      "Check its name, the network, its certificate and the mirrors, and try again.",
      Kind.ENVIRONMENT),
  REGISTRY_STALLED(
      "CL-IMG-003",
      "The registry stopped sending.",
      "Try again; what has arrived is kept and the download goes on from there.",
      Kind.ENVIRONMENT),
  REGISTRY_DENIED(
      "CL-IMG-004",
      "The registry wants other credentials.",
      "Log in with docker login or podman login, or correct the credentials file.",
      Kind.ENVIRONMENT),
  NOT_FOUND(
      "CL-IMG-005",
      "The registry does not have this image.",
      "Check the repository, the tag and the digest.",
      Kind.ENVIRONMENT),
  REGISTRY_PROTOCOL(
      "CL-IMG-006",
      "The registry answered against the protocol.",
      "Try again or use a mirror; the answer is not used.",
      Kind.ENVIRONMENT),
  PLAIN_HTTP(
      "CL-IMG-007",
      "The registry would be spoken to without TLS.",
      "Use HTTPS, or allow plain HTTP for this registry by name.",
      Kind.USAGE),
  BAD_CREDENTIALS(
      "CL-IMG-008",
      "The stored credentials can't be used.",
      "Correct the credentials file or the credential helper named.",
      Kind.ENVIRONMENT),
  BLOB_DIFFERS(
      "CL-IMG-009",
      "The bytes do not have the digest or the size that the image names.",
      "Do not use this registry or mirror for this image; its bytes are not the image's.",
      Kind.REFUSED),
  BAD_MANIFEST(
      "CL-IMG-010",
      "The manifest or configuration of the image is not valid.",
      "Rebuild the image with a current tool.",
      Kind.REFUSED),
  NO_PLATFORM(
      "CL-IMG-011",
      "The image is not made for linux/amd64.",
      "Use an image that is made for linux/amd64.",
      Kind.REFUSED),
  BAD_LAYER(
      "CL-IMG-012",
      "A layer is not a sound archive.",
      "Rebuild the image with a current tool.",
      Kind.REFUSED),
  LAYER_ESCAPES(
      "CL-IMG-013",
      "A layer names a path out of its root.",
      "Rebuild the image without '..' in the names of its archive.",
      Kind.REFUSED),
  LAYER_DEVICE(
      "CL-IMG-014",
      "A layer holds a device node.",
      "Rebuild the image without device nodes; the container runtime makes those it needs.",
      Kind.REFUSED),
  LAYER_UNSUPPORTED(
      "CL-IMG-015",
      "A layer is of a kind that is not supported.",
      "Rebuild the image with plain, gzip or zstd layers without sparse files.",
      Kind.REFUSED),
  LIMIT(
      "CL-IMG-016",
      "The image holds more than the limits allow.",
      "Make the image smaller, or raise the limit if you trust its maker.",
      Kind.REFUSED),
  DISK_FULL(
      "CL-IMG-017",
      "There is no space left for the image.",
      "Free space on the file system named, or point CLOISTER_CACHE to another.",
      Kind.ENVIRONMENT),
  STORAGE(
      "CL-IMG-018",
      "The image store can't be read or written.",
      "Check the directory named and its permissions.",
      Kind.ENVIRONMENT),
  BAD_LAYOUT(
      "CL-IMG-019",
      "The directory is not a sound OCI image layout.",
      "Write the layout again.",
      Kind.REFUSED),
  BAD_DISK(
      "CL-IMG-020",
      "The image disk is damaged.",
      "Remove it from the cache; it will be made again.",
      Kind.REFUSED),
  INTERRUPTED(
      "CL-IMG-021",
      "The work was interrupted.",
      "Start it again; what has arrived is kept.",
      Kind.ENVIRONMENT);

  private final String code;
  private final String meaning;
  private final String remedy;
  private final Kind kind;

  ImageError(String code, String meaning, String remedy, Kind kind) {
    this.code = code;
    this.meaning = meaning;
    this.remedy = remedy;
    this.kind = kind;
  }

  /** Whether it says that the content of a layer is not as it should be. */
  boolean blamesLayer() {
    return switch (this) {
      case BLOB_DIFFERS, BAD_LAYER, LAYER_ESCAPES, LAYER_DEVICE, LAYER_UNSUPPORTED -> true;
      case BAD_REFERENCE,
          REGISTRY_UNREACHABLE,
          REGISTRY_STALLED,
          REGISTRY_DENIED,
          NOT_FOUND,
          REGISTRY_PROTOCOL,
          PLAIN_HTTP,
          BAD_CREDENTIALS,
          BAD_MANIFEST,
          NO_PLATFORM,
          LIMIT,
          DISK_FULL,
          STORAGE,
          BAD_LAYOUT,
          BAD_DISK,
          INTERRUPTED ->
          false;
    };
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public String remedy() {
    return remedy;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
