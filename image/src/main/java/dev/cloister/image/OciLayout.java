package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A directory of images (OCI Image Specification, image-layout.md). Reads only; {@link
 * OciLayoutWriter} writes.
 */
public final class OciLayout implements ImageSource {

  static final String REF_NAME = "org.opencontainers.image.ref.name";

  private final Path directory;

  private OciLayout(Path directory) {
    this.directory = directory;
  }

  /**
   * Opens a layout.
   *
   * @throws CloisterException with {@link ImageError#BAD_LAYOUT}
   */
  public static OciLayout open(Path directory) {
    OciLayout layout = new OciLayout(directory);
    OciObject marker = OciObject.parse(layout.small(directory.resolve("oci-layout")), "oci-layout");
    if (!marker.textOrEmpty("imageLayoutVersion").equals("1.0.0")) {
      throw layout.bad("oci-layout does not say imageLayoutVersion 1.0.0");
    }
    return layout;
  }

  /** The layout's directory. */
  public Path directory() {
    return directory;
  }

  /**
   * The manifest or index of that name; the empty name is the only image of the layout.
   *
   * @throws CloisterException with {@link ImageError#NOT_FOUND}
   */
  public Descriptor find(String name) {
    OciObject index = OciObject.parse(small(directory.resolve("index.json")), "index.json");
    List<Named> all = index.requiredList("manifests", Named::read);
    List<Named> fitting =
        name.isEmpty() ? all : all.stream().filter(one -> one.name().equals(name)).toList();
    if (fitting.size() != 1) {
      throw new CloisterException(
          ImageError.NOT_FOUND,
          directory.toString(),
          fitting.size() + " images of the name \"" + name + "\" in the layout");
    }
    return fitting.getFirst().descriptor();
  }

  private record Named(String name, Descriptor descriptor) {
    static Named read(Json value, String path) {
      String name = OciObject.of(value, path).objectOrEmpty("annotations").textOrEmpty(REF_NAME);
      return new Named(name, Descriptor.read(value, path));
    }
  }

  /** Where a blob is, or would be. */
  public Path blob(Digest digest) {
    return directory.resolve("blobs").resolve("sha256").resolve(digest.hex());
  }

  /** A manifest, index or configuration, checked. */
  Bytes document(Descriptor descriptor) {
    Bytes bytes = small(blob(descriptor.digest()));
    if (!Digest.of(bytes).equals(descriptor.digest())) {
      throw new CloisterException(
          ImageError.BLOB_DIFFERS, directory.toString(), descriptor.digest() + " has other bytes");
    }
    return bytes;
  }

  private Bytes small(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(RegistryClient.MAX_MANIFEST + 1);
      if (bytes.length > RegistryClient.MAX_MANIFEST) {
        throw bad(file.getFileName() + " is too large");
      }
      return Bytes.of(bytes);
    } catch (IOException e) {
      throw new CloisterException(
          ImageError.BAD_LAYOUT,
          directory.toString(),
          directory.relativize(file) + " can't be read",
          e);
    }
  }

  /** The image that the reference names by digest, or else by its tag. */
  @Override
  public Document manifest(Reference reference) {
    if (reference.digest().isPresent()) {
      return new Document(document(new Descriptor("", reference.digest().get(), 0)), "");
    }
    Descriptor found = find(reference.manifestName());
    return new Document(document(found), found.mediaType());
  }

  @Override
  public int attempts() {
    return 1;
  }

  @Override
  public int places(Reference reference) {
    return 1;
  }

  @Override
  public InputStream blob(Reference reference, Descriptor blob, long from, int place)
      throws IOException {
    InputStream in = Files.newInputStream(blob(blob.digest()));
    in.skipNBytes(from);
    return in;
  }

  private CloisterException bad(String detail) {
    return new CloisterException(ImageError.BAD_LAYOUT, directory.toString(), detail);
  }
}
