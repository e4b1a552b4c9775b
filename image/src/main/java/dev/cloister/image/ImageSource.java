package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.io.InputStream;

/** Where manifests and blobs come from; what it gives is checked by those who ask. */
public sealed interface ImageSource permits RegistryClient, OciLayout {

  /**
   * A manifest or index.
   *
   * @param contentType what the source says it is; empty where it says nothing
   */
  record Document(Bytes bytes, String contentType) {}

  /** The document that the reference names; where it names a digest the bytes have it. */
  Document manifest(Reference reference);

  /** How often a broken blob is asked for again, from where it broke. */
  int attempts();

  /** How many places this source has a blob from. */
  int places(Reference reference);

  /**
   * The blob's bytes from {@code from} on, from one of the places.
   *
   * @param place 0 to {@link #places} - 1
   */
  InputStream blob(Reference reference, Descriptor blob, long from, int place) throws IOException;
}
