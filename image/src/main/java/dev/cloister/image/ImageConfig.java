package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an image says about the process that it is made for (OCI Image Specification, config.md);
 * fields that do not matter here are not kept.
 *
 * @param entrypoint first arguments, which Kubernetes' {@code command} replaces
 * @param cmd further arguments, which Kubernetes' {@code args} replaces
 * @param env variables as {@code NAME=value}
 * @param workingDir the working directory; empty where the image names none
 * @param user {@code user[:group]}, names or numbers; empty where the image names none
 * @param volumes paths that the image wants writable, sorted
 * @param exposedPorts as {@code port/protocol}, sorted
 * @param stopSignal the signal that ends the process; empty where the image names none
 * @param labels free texts by name
 * @param diffIds digests of the unpacked layers, the lowest first
 */
public record ImageConfig(
    List<String> entrypoint,
    List<String> cmd,
    List<String> env,
    String workingDir,
    String user,
    List<String> volumes,
    List<String> exposedPorts,
    String stopSignal,
    Map<String, String> labels,
    List<Digest> diffIds) {

  private static final String WHERE = "config";

  public ImageConfig {
    entrypoint = List.copyOf(entrypoint);
    cmd = List.copyOf(cmd);
    env = List.copyOf(env);
    volumes = volumes.stream().sorted().toList();
    exposedPorts = exposedPorts.stream().sorted().toList();
    labels = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    diffIds = List.copyOf(diffIds);
    for (String variable : env) {
      if (variable.indexOf('=') < 1 || variable.indexOf('\0') >= 0) {
        throw new CloisterException(
            ImageError.BAD_MANIFEST, WHERE + ".config.Env", "must be NAME=value");
      }
    }
    checkNoZero(entrypoint, "Entrypoint");
    checkNoZero(cmd, "Cmd");
  }

  private static void checkNoZero(List<String> arguments, String name) {
    if (arguments.stream().anyMatch(argument -> argument.indexOf('\0') >= 0)) {
      throw new CloisterException(
          ImageError.BAD_MANIFEST, WHERE + ".config." + name, "an argument with a zero byte");
    }
  }

  /** A configuration that runs {@code entrypoint} as root, for images of our own. */
  public static ImageConfig ofEntrypoint(List<String> entrypoint) {
    return new ImageConfig(
        entrypoint, List.of(), List.of(), "", "", List.of(), List.of(), "", Map.of(), List.of());
  }

  /**
   * Reads the document.
   *
   * @throws CloisterException with {@link ImageError#BAD_MANIFEST} or {@link
   *     ImageError#NO_PLATFORM}
   */
  public static ImageConfig parse(Bytes document) {
    OciObject fields = OciObject.parse(document, WHERE);
    String platform = fields.textOrEmpty("os") + "/" + fields.textOrEmpty("architecture");
    if (!platform.equals("linux/amd64")) {
      throw new CloisterException(
          ImageError.NO_PLATFORM, WHERE, "the image is made for " + platform);
    }
    OciObject rootfs = fields.requiredObject("rootfs");
    if (!rootfs.requiredText("type").equals("layers")) {
      throw OciObject.bad(WHERE + ".rootfs.type", "must be layers");
    }
    OciObject process = fields.objectOrEmpty("config");
    return new ImageConfig(
        process.texts("Entrypoint"),
        process.texts("Cmd"),
        process.texts("Env"),
        process.textOrEmpty("WorkingDir"),
        process.textOrEmpty("User"),
        process.keys("Volumes"),
        process.keys("ExposedPorts"),
        process.textOrEmpty("StopSignal"),
        process.objectOrEmpty("Labels").textMembers(),
        rootfs.requiredList("diff_ids", ImageConfig::diffId));
  }

  private static Digest diffId(Json value, String path) {
    if (value instanceof Json.Str text) {
      return Digest.parse(text.value(), path);
    }
    throw OciObject.bad(path, "must be a text");
  }

  /** The same for other layers. */
  ImageConfig withDiffIds(List<Digest> layers) {
    return new ImageConfig(
        entrypoint, cmd, env, workingDir, user, volumes, exposedPorts, stopSignal, labels, layers);
  }

  /** The document, with absent fields left out. */
  Json toJson() {
    SortedMap<String, Json> process = new TreeMap<>();
    putTexts(process, "Entrypoint", entrypoint);
    putTexts(process, "Cmd", cmd);
    putTexts(process, "Env", env);
    putText(process, "WorkingDir", workingDir);
    putText(process, "User", user);
    putKeys(process, "Volumes", volumes);
    putKeys(process, "ExposedPorts", exposedPorts);
    putText(process, "StopSignal", stopSignal);
    if (!labels.isEmpty()) {
      SortedMap<String, Json> texts = new TreeMap<>();
      labels.forEach((name, text) -> texts.put(name, Json.of(text)));
      process.put("Labels", new Json.Obj(texts));
    }
    return Json.object()
        .put("architecture", "amd64")
        .put("os", "linux")
        .put("config", new Json.Obj(process))
        .put(
            "rootfs",
            Json.object()
                .put("type", "layers")
                .put("diff_ids", Json.ofStrings(diffIds.stream().map(Digest::toString).toList()))
                .build())
        .build();
  }

  private static void putTexts(Map<String, Json> members, String name, List<String> texts) {
    if (!texts.isEmpty()) {
      members.put(name, Json.ofStrings(texts));
    }
  }

  private static void putText(Map<String, Json> members, String name, String text) {
    if (!text.isEmpty()) {
      members.put(name, Json.of(text));
    }
  }

  private static void putKeys(Map<String, Json> members, String name, List<String> keys) {
    if (!keys.isEmpty()) {
      SortedMap<String, Json> object = new TreeMap<>();
      keys.forEach(key -> object.put(key, Json.object().build()));
      members.put(name, new Json.Obj(object));
    }
  }
}
