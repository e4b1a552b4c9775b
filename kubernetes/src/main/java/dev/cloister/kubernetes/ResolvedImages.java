package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import java.util.HashMap;
import java.util.Map;

/** Resolves each reference once, so that all uses of it in one run mean one image. */
final class ResolvedImages {

  private final ImageSource source;
  private final Map<String, PinnedImage> resolved = new HashMap<>();

  ResolvedImages(ImageSource source) {
    this.source = source;
  }

  /** The image; a refusal also says where in the YAML the reference stands. */
  PinnedImage resolve(ObjectReader container, String reference) {
    PinnedImage known = resolved.get(reference);
    if (known != null) {
      return known;
    }
    try {
      PinnedImage image = source.resolve(reference);
      resolved.put(reference, image);
      resolved.put(image.pinned(reference), image);
      return image;
    } catch (CloisterException e) {
      String where = container.where("image") + (e.where().isEmpty() ? "" : ": " + e.where());
      throw new CloisterException(e.code(), where, e.detail(), e);
    }
  }
}
