package dev.cloister.image;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The layers of an image, one after the other, the next ones already on their way. One thread; the
 * layers come through the cache.
 */
final class LayerFeed {

  /** How many layers are fetched ahead of the one that is read. */
  private static final int AHEAD = 2;

  private final BlobCache blobs;
  private final ImageSource source;
  private final ResolvedImage image;
  private final ProgressListener progress;

  LayerFeed(BlobCache blobs, ImageSource source, ResolvedImage image, ProgressListener progress) {
    this.blobs = blobs;
    this.source = source;
    this.image = image;
    this.progress = progress;
  }

  /** Does something with each layer. */
  @FunctionalInterface
  interface Consumer {
    /** The stream is closed by the feed. */
    void accept(int index, InputStream blob) throws IOException;
  }

  private static void consume(Consumer consumer, int index, BlobStream blob) throws IOException {
    try {
      consumer.accept(index, blob);
    } catch (CloisterException e) {
      // What a layer is blamed for may be the fault of bytes that are not the layer's.
      if (e.code() instanceof ImageError error && error.blamesLayer()) {
        blob.settle();
      }
      throw e;
    }
  }

  void forEach(Consumer consumer) throws IOException {
    Deque<BlobStream> open = new ArrayDeque<>();
    int opened = 0;
    try {
      for (int i = 0; i < image.layers().size(); i++) {
        while (opened < image.layers().size() && opened <= i + AHEAD) {
          // The same layer may stand twice; its second reader must not wait for the first to end.
          if (opened > i
              && image.layers().subList(i, opened).contains(image.layers().get(opened))) {
            break;
          }
          open.add(blobs.open(source, image.reference(), image.layers().get(opened), progress));
          opened++;
        }
        try (BlobStream blob = open.remove()) {
          consume(consumer, i, blob);
        }
      }
    } finally {
      for (BlobStream blob : open) {
        blob.close();
      }
    }
  }
}
