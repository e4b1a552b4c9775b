package dev.cloister.image;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a directory of images (OCI Image Specification, image-layout.md). The same images in the
 * same order give the same bytes; with {@link Compression#GZIP} only under the same build of the
 * JDK, whose zlib decides. One thread.
 */
public final class OciLayoutWriter {

  private static final int ZSTD_LEVEL = 3;

  /** How layers are packed. */
  public enum Compression {
    /** Not at all. */
    NONE,
    /** As every tool reads it. */
    GZIP,
    /** Fastest to read; its bytes depend on the library's version only, which the build pins. */
    ZSTD
  }

  private final Path directory;
  private final List<Json> manifests = new ArrayList<>();

  private OciLayoutWriter(Path directory) {
    this.directory = directory;
  }

  /** Begins a layout in a directory that is new or empty. */
  public static OciLayoutWriter create(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("blobs").resolve("sha256"));
    writeJson(
        directory.resolve("oci-layout"), Json.object().put("imageLayoutVersion", "1.0.0").build());
    return new OciLayoutWriter(directory);
  }

  /**
   * Adds an image.
   *
   * @param name its name in the layout
   * @param config what it runs; its layers are filled in
   * @param layers the layers, the lowest first
   * @return the digest of the manifest
   */
  public Digest image(
      String name, ImageConfig config, List<FileTree> layers, Compression compression)
      throws IOException {
    List<Json> descriptors = new ArrayList<>();
    List<Digest> diffIds = new ArrayList<>();
    for (FileTree layer : layers) {
      Layer written = layer(layer, compression);
      descriptors.add(written.descriptor().toJson());
      diffIds.add(written.diffId());
    }
    Descriptor configBlob = json(MediaType.CONFIG, config.withDiffIds(diffIds).toJson());
    Descriptor manifest =
        json(
            MediaType.MANIFEST,
            Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MediaType.MANIFEST)
                .put("config", configBlob.toJson())
                .put("layers", Json.of(descriptors))
                .build());
    index(name, manifest);
    return manifest.digest();
  }

  private void index(String name, Descriptor manifest) throws IOException {
    manifests.add(
        Json.object()
            .put("mediaType", manifest.mediaType())
            .put("digest", manifest.digest().toString())
            .put("size", manifest.size())
            .put("annotations", Json.object().put(OciLayout.REF_NAME, name).build())
            .build());
    writeJson(
        directory.resolve("index.json"),
        Json.object()
            .put("schemaVersion", 2)
            .put("mediaType", MediaType.INDEX)
            .put("manifests", Json.of(manifests))
            .build());
  }

  private Descriptor json(String mediaType, Json value) throws IOException {
    Bytes bytes = JsonWriter.canonicalBytes(value);
    Digest digest = Digest.of(bytes);
    Files.write(blob(digest), bytes.toArray());
    return new Descriptor(mediaType, digest, bytes.size());
  }

  private record Layer(Descriptor descriptor, Digest diffId) {}

  private Layer layer(FileTree tree, Compression compression) throws IOException {
    Path temporary = Files.createTempFile(directory, ".layer-", "");
    try {
      Hashing packed =
          new Hashing(new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 18));
      Hashing plain = new Hashing(pack(packed, compression));
      try (OutputStream buffered = new BufferedOutputStream(plain, 1 << 16)) {
        TarWriter.write(tree, buffered);
      }
      Digest digest = Sha256.finish(packed.sha256);
      Descriptor descriptor = new Descriptor(mediaType(compression), digest, Files.size(temporary));
      Files.move(temporary, blob(digest), StandardCopyOption.REPLACE_EXISTING);
      return new Layer(descriptor, Sha256.finish(plain.sha256));
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static OutputStream pack(OutputStream out, Compression compression) throws IOException {
    return switch (compression) {
      case NONE -> out;
      case GZIP -> new GZIPOutputStream(out, 1 << 16);
      case ZSTD -> new ZstdOutputStreamNoFinalizer(out, ZSTD_LEVEL);
    };
  }

  private static String mediaType(Compression compression) {
    return switch (compression) {
      case NONE -> MediaType.LAYER;
      case GZIP -> MediaType.LAYER + "+gzip";
      case ZSTD -> MediaType.LAYER + "+zstd";
    };
  }

  private Path blob(Digest digest) {
    return directory.resolve("blobs").resolve("sha256").resolve(digest.hex());
  }

  private static void writeJson(Path file, Json value) throws IOException {
    Files.write(file, JsonWriter.canonicalBytes(value).toArray());
  }

  private static final class Hashing extends FilterOutputStream {
    private final MessageDigest sha256 = Sha256.digest();

    Hashing(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int one) throws IOException {
      sha256.update((byte) one);
      out.write(one);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      sha256.update(bytes, offset, length);
      out.write(bytes, offset, length);
    }
  }
}
