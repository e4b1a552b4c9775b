package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.util.Optional;

/** Goes from a reference to the manifest for linux/amd64 and its configuration. */
final class Resolution {

  private final BlobCache blobs;
  private final ImageSource source;

  Resolution(BlobCache blobs, ImageSource source) {
    this.blobs = blobs;
    this.source = source;
  }

  ResolvedImage resolve(Reference reference) throws IOException {
    String where = reference.toString();
    ImageSource.Document found = document(reference);
    Bytes manifest = found.bytes();
    if (ImageManifest.isIndex(manifest, found.contentType(), where)) {
      Descriptor chosen = ImageManifest.select(manifest, where);
      manifest = document(reference.at(chosen.digest())).bytes();
      if (ImageManifest.isIndex(manifest, chosen.mediaType(), where)) {
        throw OciObject.bad(where, "an index within an index");
      }
    }
    ImageManifest parts = ImageManifest.parse(manifest, where);
    Bytes config = blobs.read(source, reference, parts.config());
    return new ResolvedImage(
        reference,
        Digest.of(manifest),
        parts.config().digest(),
        ImageConfig.parse(config),
        parts.layers());
  }

  private ImageSource.Document document(Reference reference) throws IOException {
    if (reference.digest().isPresent()) {
      Optional<Bytes> kept = blobs.find(reference.digest().get());
      if (kept.isPresent()) {
        return new ImageSource.Document(kept.get(), "");
      }
    }
    ImageSource.Document document = source.manifest(reference);
    if (reference.digest().isPresent()
        && !Digest.of(document.bytes()).equals(reference.digest().get())) {
      throw new CloisterException(
          ImageError.BLOB_DIFFERS, reference.toString(), "the manifest has another digest");
    }
    blobs.put(document.bytes());
    return document;
  }
}
