package dev.cloister.image;

import com.github.luben.zstd.Zstd;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** OCI layouts of one image named {@code test} made of any bytes. */
final class RawLayout {

  private final Path directory;
  private final List<Json> layers = new ArrayList<>();
  private final List<String> diffIds = new ArrayList<>();
  private Json process = Json.object().build();

  RawLayout(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory.resolve("blobs/sha256"));
    Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  RawLayout process(Json config) {
    process = config;
    return this;
  }

  RawLayout plain(RawTar tar) throws IOException {
    return layer(MediaType.LAYER, tar.bytes(), Digest.of(tar.bytes()));
  }

  RawLayout gzip(RawTar tar) throws IOException {
    return layer(MediaType.LAYER + "+gzip", gzipped(tar.bytes()), Digest.of(tar.bytes()));
  }

  RawLayout zstd(RawTar tar) throws IOException {
    Bytes packed = Bytes.of(Zstd.compress(tar.bytes().toArray()));
    return layer(MediaType.LAYER + "+zstd", packed, Digest.of(tar.bytes()));
  }

  RawLayout layer(String mediaType, Bytes blob, Digest diffId) throws IOException {
    layers.add(put(mediaType, blob).toJson());
    diffIds.add(diffId.toString());
    return this;
  }

  static Bytes gzipped(Bytes bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes.toArray());
    }
    return Bytes.of(packed.toByteArray());
  }

  Descriptor put(String mediaType, Bytes blob) throws IOException {
    Files.write(directory.resolve("blobs/sha256").resolve(Digest.of(blob).hex()), blob.toArray());
    return new Descriptor(mediaType, Digest.of(blob), blob.size());
  }

  OciLayout finish() throws IOException {
    Bytes config =
        JsonWriter.canonicalBytes(
            Json.object()
                .put("architecture", "amd64")
                .put("os", "linux")
                .put("config", process)
                .put(
                    "rootfs",
                    Json.object()
                        .put("type", "layers")
                        .put("diff_ids", Json.ofStrings(diffIds))
                        .build())
                .build());
    Bytes manifest =
        JsonWriter.canonicalBytes(
            Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MediaType.MANIFEST)
                .put("config", put(MediaType.CONFIG, config).toJson())
                .put("layers", Json.of(layers))
                .build());
    Descriptor described = put(MediaType.MANIFEST, manifest);
    Json entry =
        Json.object()
            .put("mediaType", described.mediaType())
            .put("digest", described.digest().toString())
            .put("size", described.size())
            .put("annotations", Json.object().put(OciLayout.REF_NAME, "test").build())
            .build();
    Json index =
        Json.object().put("schemaVersion", 2).put("manifests", Json.of(List.of(entry))).build();
    Files.write(directory.resolve("index.json"), JsonWriter.canonicalBytes(index).toArray());
    return OciLayout.open(directory);
  }
}
