package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Writes an image of one layer as an OCI image layout (OCI image specification, image-layout.md),
 * the same bytes each time. The layer is a plain tar, because compressed bytes would depend on the
 * compressor.
 */
final class OciLayout {

  private static final String CREATED = "2026-01-01T00:00:00Z";
  private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
  private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";

  private OciLayout() {}

  /** Writes an image of one layer into an empty directory. */
  static void write(Path layout, String name, OciRecipe.Settings settings, PayloadTree tree)
      throws IOException {
    Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
    Path part = blobs.resolve("layer");
    Blob layer = tree.writeTar(part);
    Files.move(part, blobs.resolve(layer.sha256().toHex()));
    Bytes config = JsonWriter.canonicalBytes(config(settings, layer));
    Bytes manifest =
        JsonWriter.canonicalBytes(
            Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", MANIFEST_TYPE)
                .put("config", descriptor(CONFIG_TYPE, Blob.of(config)).build())
                .put("layers", Json.of(List.of(descriptor(LAYER_TYPE, layer).build())))
                .build());
    Json entry =
        descriptor(MANIFEST_TYPE, Blob.of(manifest))
            .put(
                "annotations", Json.object().put("org.opencontainers.image.ref.name", name).build())
            .build();
    Bytes index =
        JsonWriter.canonicalBytes(
            Json.object()
                .put("schemaVersion", 2)
                .put("mediaType", INDEX_TYPE)
                .put("manifests", Json.of(List.of(entry)))
                .build());
    Files.write(blobs.resolve(config.sha256().toHex()), config.toArray());
    Files.write(blobs.resolve(manifest.sha256().toHex()), manifest.toArray());
    Files.write(layout.resolve("index.json"), index.toArray());
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  /** The image of a layout that was written. */
  static OciImage open(String name, Path layout) {
    return new OciImage(name, layout, manifestDigest(layout));
  }

  private static Bytes manifestDigest(Path layout) {
    try {
      Bytes index = Bytes.of(Files.readAllBytes(layout.resolve("index.json")));
      JsonFields manifest =
          JsonFields.of(JsonParser.parse(index, JsonBudget.DOCUMENT), "index")
              .list("manifests", 1, JsonFields::of)
              .get(0);
      return Bytes.ofHex(manifest.string("digest").substring("sha256:".length()));
    } catch (IOException | IndexOutOfBoundsException e) {
      throw new CloisterException(GuestError.STORAGE_FAILED, layout.toString(), e.toString(), e);
    }
  }

  private static Json config(OciRecipe.Settings settings, Blob layer) {
    Json.ObjectBuilder run = Json.object();
    List<String> environment = new ArrayList<>();
    new TreeMap<>(settings.environment()).forEach((k, v) -> environment.add(k + "=" + v));
    putIfAny(run, "Cmd", settings.command());
    putIfAny(run, "Entrypoint", settings.entrypoint());
    putIfAny(run, "Env", environment);
    if (!settings.ports().isEmpty()) {
      Json.ObjectBuilder ports = Json.object();
      settings.ports().stream().sorted().forEach(port -> ports.put(port, Json.object().build()));
      run.put("ExposedPorts", ports.build());
    }
    if (!settings.user().isEmpty()) {
      run.put("User", settings.user());
    }
    if (!settings.workingDirectory().isEmpty()) {
      run.put("WorkingDir", settings.workingDirectory());
    }
    return Json.object()
        .put("architecture", "amd64")
        .put("config", run.build())
        .put("created", CREATED)
        .put("os", "linux")
        .put(
            "rootfs",
            Json.object()
                .put("diff_ids", Json.ofStrings(List.of("sha256:" + layer.sha256().toHex())))
                .put("type", "layers")
                .build())
        .build();
  }

  private static void putIfAny(Json.ObjectBuilder run, String name, List<String> values) {
    if (!values.isEmpty()) {
      run.put(name, Json.ofStrings(values));
    }
  }

  private static Json.ObjectBuilder descriptor(String mediaType, Blob blob) {
    return Json.object()
        .put("mediaType", mediaType)
        .put("digest", "sha256:" + blob.sha256().toHex())
        .put("size", blob.size());
  }

  /**
   * A piece of content.
   *
   * @param sha256 its digest
   * @param size its bytes
   */
  record Blob(Bytes sha256, long size) {
    static Blob of(Bytes content) {
      return new Blob(content.sha256(), content.size());
    }
  }
}
