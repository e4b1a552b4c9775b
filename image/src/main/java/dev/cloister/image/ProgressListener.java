package dev.cloister.image;

/** Hears how far long work has come; called from several threads, and often. */
@FunctionalInterface
public interface ProgressListener {

  /** Hears nothing. */
  ProgressListener NONE = (_, _, _, _) -> {};

  /** Parts of the work. */
  enum Stage {
    /** Bytes of blobs that arrive, or of a layout that are pushed. */
    TRANSFER,
    /** Packed bytes of layers that are flattened into the disk. */
    CONVERT,
    /** The hash tree. */
    HASH
  }

  /**
   * Some of the work is done.
   *
   * @param what the blob or image, for people
   * @param done bytes done
   * @param total bytes altogether
   */
  void advanced(Stage stage, String what, long done, long total);
}
