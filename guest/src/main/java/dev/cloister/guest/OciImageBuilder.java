package dev.cloister.guest;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.encoding.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Builds OCI images out of Debian packages and a few files, each as an image layout of its own, bit
 * for bit the same on every machine. The payloads are taken as they are (without documentation and
 * translations); no maintainer script runs. The one layer is a plain tar, because compressed bytes
 * would depend on the compressor.
 */
public final class OciImageBuilder {

  /** Counts changes of the way images are made. */
  private static final int FORMAT = 1;

  private static final String CREATED = "2026-01-01T00:00:00Z";
  private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
  private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";

  private final Path layouts;
  private final DebCache debs;
  private final DebianArchive archive;

  /**
   * A builder.
   *
   * @param cache Cloister's cache directory; the layouts are in {@code oci/} below it
   * @param archive where packages come from that the cache lacks
   */
  public OciImageBuilder(Path cache, DebianArchive archive) {
    this.layouts = cache.resolve("oci");
    this.debs = new DebCache(cache.resolve("debs"), archive);
    this.archive = archive;
  }

  /**
   * The images of a recipe, built where they are not there yet, in the recipe's order.
   *
   * @throws CloisterException where a package is not locked, can't be had or lacks a library
   */
  public List<OciImage> build(GuestLock lock, OciRecipe recipe, BuildProgress progress) {
    List<OciImage> images = new ArrayList<>();
    for (OciRecipe.Image image : recipe.images()) {
      images.add(build(lock, image, progress));
    }
    return List.copyOf(images);
  }

  /**
   * As {@link #build(GuestLock, OciRecipe, BuildProgress)} with a lock file, which is written anew
   * where a locked package has left the archive.
   */
  public List<OciImage> build(Path lockFile, OciRecipe recipe, BuildProgress progress) {
    try {
      return build(GuestLock.open(lockFile), recipe, progress);
    } catch (CloisterException e) {
      if (e.code() != GuestError.PACKAGE_GONE) {
        throw e;
      }
      progress.begin(e.where() + " has left the archive: locking today's versions");
      return build(
          GuestLock.refresh(lockFile, recipe.packages(), archive, progress), recipe, progress);
    }
  }

  private OciImage build(GuestLock lock, OciRecipe.Image image, BuildProgress progress) {
    List<LockedPackage> packages = lock.select(image.packages());
    Path layout =
        BuildParts.getAt(
            layouts.resolve(image.name() + "-" + key(image, packages).toHex().substring(0, 32)),
            making -> {
              progress.begin("image " + image.name());
              write(making, image, debs.fetch(packages, progress));
            });
    return new OciImage(image.name(), layout, manifestDigest(layout));
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

  private static void write(Path layout, OciRecipe.Image image, List<Path> debs)
      throws IOException {
    Path blobs = Files.createDirectories(layout.resolve("blobs/sha256"));
    PayloadTree tree = PayloadTree.of(image, debs);
    tree.requireLibraries(image.name());
    Path part = blobs.resolve("layer");
    Blob layer = tree.writeTar(part);
    Files.move(part, blobs.resolve(layer.sha256().toHex()));
    Bytes config = JsonWriter.canonicalBytes(config(image, layer));
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
                "annotations",
                Json.object().put("org.opencontainers.image.ref.name", image.name()).build())
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

  private static Json config(OciRecipe.Image image, Blob layer) {
    OciRecipe.Settings settings = image.settings();
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

  private static Bytes key(OciRecipe.Image image, List<LockedPackage> packages) {
    Transcript transcript = Transcript.of("cloister/oci-image/v1").add(FORMAT);
    for (LockedPackage locked : packages) {
      transcript = transcript.add(locked.sha256());
    }
    return transcript
        .add(image.packages().toString())
        .add(image.directories().toString())
        .add(image.files().toString())
        .add(new TreeMap<>(image.links()).toString())
        .add(image.settings().entrypoint().toString())
        .add(image.settings().command().toString())
        .add(new TreeMap<>(image.settings().environment()).toString())
        .add(image.settings().user())
        .add(image.settings().workingDirectory())
        .add(image.settings().ports().toString())
        .sha256();
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
