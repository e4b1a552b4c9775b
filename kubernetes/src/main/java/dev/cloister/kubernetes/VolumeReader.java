package dev.cloister.kubernetes;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.FileContent;
import dev.cloister.policy.FileEntry;
import dev.cloister.policy.Template;
import dev.cloister.policy.Volume;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Derives the volumes of a pod. Not thread-safe. */
final class VolumeReader {

  /** What an emptyDir without a limit may hold, MiB. */
  static final int DEFAULT_SIZE_MIB = 256;

  private static final BigDecimal MIB = new BigDecimal(1L << 20);
  private static final int MAX_SIZE_MIB = 65_536;
  private static final int DEFAULT_FILE_MODE = 0644;

  /** Bits that {@code fsGroup} adds to read-only files (kubelet, SetVolumeOwnership). */
  private static final int GROUP_READS = 0440;

  /** Bits that {@code fsGroup} adds to directories: group has all, new files get the group. */
  private static final int GROUP_DIRECTORY = 02770;

  private final DownwardFields downward;
  private final ConfigMaps configMaps;
  private final Optional<Long> fsGroup;
  private final Map<String, Volume> volumes = new TreeMap<>();
  private final Map<String, Map<String, Bytes>> contents = new TreeMap<>();

  VolumeReader(DownwardFields downward, ConfigMaps configMaps, Optional<Long> fsGroup) {
    this.downward = downward;
    this.configMaps = configMaps;
    this.fsGroup = fsGroup;
  }

  /** The volumes by name. */
  Map<String, Volume> volumes() {
    return volumes;
  }

  /** The bytes that the host has to supply, by volume and path. */
  Map<String, Map<String, Bytes>> contents() {
    return Collections.unmodifiableMap(contents);
  }

  VolumeReader read(ObjectReader pod) {
    for (ObjectReader reader : pod.objects("volumes", "Volume")) {
      String name = reader.text("name");
      Volume volume = reader.checked("name", () -> volume(reader, name));
      if (volumes.put(name, volume) != null) {
        throw new CloisterException(
            KubernetesError.DUPLICATE, reader.where("name"), "another volume has this name");
      }
    }
    return this;
  }

  private Volume volume(ObjectReader reader, String name) {
    if (reader.has("secret")) {
      throw ConfigMaps.secret(reader, "secret");
    }
    Optional<ObjectReader> emptyDir = reader.object("emptyDir", "EmptyDir");
    Files files = new Files(name);
    int sources = emptyDir.isPresent() ? 1 : 0;
    Optional<ObjectReader> configMap = reader.object("configMap", "ConfigMapVolume");
    if (configMap.isPresent()) {
      sources++;
      files.addConfigMap(configMap.get(), defaultMode(configMap.get()));
    }
    Optional<ObjectReader> downwardApi = reader.object("downwardAPI", "DownwardAPIVolume");
    if (downwardApi.isPresent()) {
      sources++;
      files.addDownward(downwardApi.get(), defaultMode(downwardApi.get()));
    }
    Optional<ObjectReader> projected = reader.object("projected", "Projected");
    if (projected.isPresent()) {
      sources++;
      files.addProjected(projected.get());
    }
    if (sources != 1) {
      throw reader.bad(
          "name", "a volume has exactly one source, such as emptyDir: {} or configMap");
    }
    return emptyDir.isPresent() ? memory(emptyDir.get(), name) : files.toVolume();
  }

  private Volume memory(ObjectReader reader, String name) {
    String medium = reader.textOr("medium", "");
    if (!medium.isEmpty() && !medium.equals("Memory")) {
      throw new CloisterException(
          KubernetesError.REFUSED_FIELD,
          reader.where("medium"),
          medium.startsWith("HugePages")
              ? "huge pages are not supported yet; use Memory"
              : "must be Memory or absent");
    }
    int mode = reader.optionalInt("mode", 0, 0777).orElse(0777L).intValue();
    if (fsGroup.isPresent()) {
      mode |= GROUP_DIRECTORY;
    }
    return new Volume.Memory(name, size(reader), mode, fsGroup.orElse(0L));
  }

  private static int size(ObjectReader reader) {
    Optional<YamlNode> limit = reader.any("sizeLimit");
    Quantity quantity =
        limit
            .map(value -> Shapes.number(value, reader.path("sizeLimit")))
            .flatMap(Quantity::parse)
            .orElse(new Quantity(BigDecimal.ZERO));
    if (limit.isPresent() && quantity.value().signum() <= 0) {
      boolean zero = Shapes.number(limit.get(), reader.path("sizeLimit")).equals("0");
      if (!zero) {
        throw reader.bad("sizeLimit", "is not a quantity such as 64Mi");
      }
    }
    if (quantity.value().signum() <= 0) {
      reader.warn(
          WarningCode.EMPTY_DIR,
          "sizeLimit",
          "no sizeLimit: it may hold " + DEFAULT_SIZE_MIB + " MiB of the VM's memory");
      return DEFAULT_SIZE_MIB;
    }
    long mib = quantity.ceil(MIB);
    if (mib > MAX_SIZE_MIB) {
      throw reader.bad("sizeLimit", "is more than " + MAX_SIZE_MIB + " MiB");
    }
    return (int) mib;
  }

  private static int defaultMode(ObjectReader reader) {
    return mode(reader, "defaultMode", DEFAULT_FILE_MODE);
  }

  private static int mode(ObjectReader reader, String field, int absent) {
    return reader.optionalInt(field, 0, 0777).orElse((long) absent).intValue();
  }

  /** Collects the files of one volume. */
  private final class Files {
    private final String name;
    private final Map<String, FileEntry> entries = new TreeMap<>();
    private final Map<String, Bytes> supplied = new TreeMap<>();

    Files(String name) {
      this.name = name;
    }

    Volume toVolume() {
      if (!supplied.isEmpty()) {
        contents.put(name, Collections.unmodifiableMap(supplied));
      }
      return new Volume.Files(name, fsGroup.orElse(0L), entries);
    }

    void addProjected(ObjectReader projected) {
      int mode = defaultMode(projected);
      for (ObjectReader source : projected.objects("sources", "ProjectedSource")) {
        if (source.has("secret")) {
          throw ConfigMaps.secret(source, "secret");
        }
        source
            .object("configMap", "ConfigMapVolume")
            .ifPresent(reader -> addConfigMap(reader, mode));
        source
            .object("downwardAPI", "DownwardAPIVolume")
            .ifPresent(reader -> addDownward(reader, mode));
      }
    }

    void addConfigMap(ObjectReader reader, int mode) {
      boolean optional = reader.isTrue("optional");
      ConfigMapObject configMap = configMaps.find(reader, "name", optional).orElse(null);
      boolean items = reader.has("items");
      for (ObjectReader item : reader.objects("items", "KeyToPath")) {
        String key = item.text("key");
        String path = item.text("path");
        int itemMode = mode(item, "mode", mode);
        Bytes content = configMap == null ? null : configMap.files().get(key);
        if (content != null) {
          addPinned(item, "path", path, itemMode, content);
        } else if (!optional) {
          throw new CloisterException(
              KubernetesError.MISSING_OBJECT,
              item.where("key"),
              "the ConfigMap has no key " + Words.quoted(key));
        } else if (configMap != null) {
          ConfigMaps.absentKey(item, key);
        }
      }
      if (!items && configMap != null) {
        configMap.files().forEach((key, content) -> addPinned(reader, "name", key, mode, content));
      }
    }

    private void addPinned(
        ObjectReader reader, String field, String path, int mode, Bytes content) {
      add(reader, field, path, mode, FileContent.Pinned.of(content));
      supplied.put(path, content);
    }

    void addDownward(ObjectReader reader, int mode) {
      for (ObjectReader item : reader.objects("items", "DownwardAPIFile")) {
        String path = item.text("path");
        int itemMode = mode(item, "mode", mode);
        Optional<ObjectReader> field = item.object("fieldRef", "FieldRef");
        Optional<ObjectReader> resource = item.object("resourceFieldRef", "ResourceFieldRef");
        if (field.isPresent() == resource.isPresent()) {
          throw item.bad("path", "exactly one of fieldRef and resourceFieldRef is needed");
        }
        Template text =
            field.isPresent() ? downward.field(field.get()) : downward.resource(resource.get());
        add(item, "path", path, itemMode, new FileContent.Composed(text));
      }
    }

    private void add(
        ObjectReader reader, String field, String path, int mode, FileContent content) {
      int effective = fsGroup.isPresent() ? mode | GROUP_READS : mode;
      FileEntry entry = reader.checked(field, () -> new FileEntry(effective, content));
      if (entries.put(path, entry) != null) {
        throw new CloisterException(
            KubernetesError.DUPLICATE,
            reader.where(field),
            "another file of the volume has the path " + Words.quoted(path));
      }
    }
  }
}
