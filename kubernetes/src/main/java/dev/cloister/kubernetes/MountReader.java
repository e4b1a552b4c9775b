package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.MountPolicy;
import dev.cloister.policy.Template;
import dev.cloister.policy.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Derives the mounts of one container. */
final class MountReader {

  private final Map<String, Volume> volumes;
  private final EnvironmentReader environment;

  MountReader(Map<String, Volume> volumes, EnvironmentReader environment) {
    this.volumes = volumes;
    this.environment = environment;
  }

  List<MountPolicy> read(ObjectReader container) {
    List<MountPolicy> mounts = new ArrayList<>();
    for (ObjectReader reader : container.objects("volumeMounts", "VolumeMount")) {
      MountPolicy mount = mount(reader);
      for (MountPolicy other : mounts) {
        if (other.at().equals(mount.at())) {
          throw new CloisterException(
              KubernetesError.DUPLICATE,
              reader.where("mountPath"),
              "another volume is mounted at " + mount.at());
        }
      }
      mounts.add(mount);
    }
    return mounts;
  }

  private MountPolicy mount(ObjectReader reader) {
    String name = reader.text("name");
    Volume volume = volumes.get(name);
    if (volume == null) {
      throw new CloisterException(
          KubernetesError.MISSING_OBJECT,
          reader.where("name"),
          "the pod has no volume " + Words.quoted(name));
    }
    checkPropagation(reader);
    boolean readOnly = reader.isTrue("readOnly");
    checkRecursion(reader, readOnly);
    String subPath = subPath(reader, volume);
    String path = clean(reader.text("mountPath"));
    boolean files = volume instanceof Volume.Files;
    return reader.checked(
        "mountPath", () -> new MountPolicy(path, name, subPath, readOnly || files));
  }

  private static void checkPropagation(ObjectReader reader) {
    switch (reader.textOr("mountPropagation", "None")) {
      case "None" -> {}
      case "HostToContainer" ->
          reader.warn(
              WarningCode.NOT_APPLIED,
              "mountPropagation",
              "mounts of the host do not reach into the VM");
      default ->
          throw new CloisterException(
              KubernetesError.REFUSED_FIELD,
              reader.where("mountPropagation"),
              "only None and HostToContainer are possible in a VM");
    }
  }

  /** Read-only mounts are recursively so in the guest in any case. */
  private static void checkRecursion(ObjectReader reader, boolean readOnly) {
    String recursive = reader.textOr("recursiveReadOnly", "Disabled");
    switch (recursive) {
      case "Disabled" -> {}
      case "IfPossible", "Enabled" -> {
        if (!readOnly) {
          throw reader.bad("recursiveReadOnly", "needs readOnly: true");
        }
      }
      default -> throw reader.bad("recursiveReadOnly", "must be Disabled, IfPossible or Enabled");
    }
  }

  private String subPath(ObjectReader reader, Volume volume) {
    String subPath = reader.textOr("subPath", "");
    String field = "subPath";
    if (reader.has("subPathExpr")) {
      field = "subPathExpr";
      if (!subPath.isEmpty()) {
        throw reader.bad(field, "subPath and subPathExpr exclude each other");
      }
      Template expanded = environment.expand(reader, field, reader.textOr("subPathExpr", ""));
      if (!expanded.isFixed()) {
        throw reader.bad(field, "the host would choose the path: it uses " + expanded);
      }
      subPath = expanded.toString();
    }
    String cleaned = subPath.isEmpty() ? "" : cleanRelative(subPath);
    if (volume instanceof Volume.Files files && !cleaned.isEmpty() && !has(files, cleaned)) {
      throw reader.bad(field, "the volume has no file or directory " + Words.quoted(cleaned));
    }
    return cleaned;
  }

  private static boolean has(Volume.Files files, String path) {
    return files.files().keySet().stream()
        .anyMatch(file -> file.equals(path) || file.startsWith(path + "/"));
  }

  /** Without needless slashes and dots; a path that is not absolute begins at the root. */
  static String clean(String path) {
    return "/" + cleanRelative(path);
  }

  private static String cleanRelative(String path) {
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      if (!segment.isEmpty() && !segment.equals(".")) {
        segments.add(segment);
      }
    }
    return String.join("/", segments);
  }
}
