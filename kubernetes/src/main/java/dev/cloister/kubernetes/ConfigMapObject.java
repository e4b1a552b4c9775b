package dev.cloister.kubernetes;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A ConfigMap.
 *
 * @param name its name
 * @param texts {@code data}: what variables can be taken from
 * @param files {@code data} and {@code binaryData} as bytes: what volumes show
 */
record ConfigMapObject(String name, Map<String, String> texts, Map<String, Bytes> files) {

  /** What Kubernetes lets a ConfigMap hold: 1 MiB. */
  static final int MAX_BYTES = 1 << 20;

  ConfigMapObject {
    texts = Collections.unmodifiableMap(new TreeMap<>(texts));
    files = Collections.unmodifiableMap(new TreeMap<>(files));
  }

  static ConfigMapObject read(KubernetesObject object, Findings findings) {
    ObjectReader reader = ObjectReader.of(object.node(), "ConfigMap", "", findings);
    reader.text("apiVersion");
    reader.text("kind");
    PodTemplates.readMetadata(reader);
    Map<String, String> texts = reader.textMap("data");
    Map<String, Bytes> files = new TreeMap<>();
    texts.forEach((key, text) -> files.put(key, Bytes.ofUtf8(text)));
    reader.textMap("binaryData").forEach((key, text) -> addBinary(reader, files, key, text));
    long size = 0;
    for (Map.Entry<String, Bytes> file : files.entrySet()) {
      requireKey(reader, file.getKey());
      size += file.getKey().length() + file.getValue().size();
    }
    if (size > MAX_BYTES) {
      throw reader.bad("data", "a ConfigMap holds at most " + MAX_BYTES + " bytes");
    }
    return new ConfigMapObject(object.name(), texts, files);
  }

  private static void addBinary(
      ObjectReader reader, Map<String, Bytes> files, String key, String text) {
    Bytes content =
        reader.checked("binaryData", () -> Bytes.ofBase64(text.replaceAll("[\\r\\n]", "")));
    if (files.put(key, content) != null) {
      throw new CloisterException(
          KubernetesError.DUPLICATE,
          reader.where("binaryData"),
          "the key " + Words.quoted(key) + " is also in data");
    }
  }

  /** Keys of ConfigMaps: 1 to 253 letters, digits, '-', '_' and '.', not "." or beginning "..". */
  private static void requireKey(ObjectReader reader, String key) {
    boolean good = !key.isEmpty() && key.length() <= 253 && !key.equals(".");
    for (int i = 0; good && i < key.length(); i++) {
      char c = key.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      good = letter || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    }
    if (!good || key.startsWith("..")) {
      throw reader.bad("data", "the key " + Words.quoted(key) + " cannot be a file's name");
    }
  }
}
