package dev.cloister.guest;

import dev.cloister.encoding.CloisterException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.tukaani.xz.XZInputStream;

/**
 * The modules of an unpacked kernel package. The package has no table of dependencies, so they come
 * from the {@code depends=} text of each module; what is neither a module nor built in is an error.
 * Modules stay byte for byte what Debian signed.
 */
final class KernelModules {

  private static final String SUFFIX = ".ko.xz";
  private static final int MAX_DECODER_KIB = 128 << 10;
  private static final int MAX_MODULE_BYTES = 32 << 20;

  private final Map<String, Path> files;
  private final Set<String> builtIn;
  private final Map<String, byte[]> contents = new HashMap<>();

  private KernelModules(Map<String, Path> files, Set<String> builtIn) {
    this.files = Map.copyOf(files);
    this.builtIn = Set.copyOf(builtIn);
  }

  /** The modules below {@code usr/lib/modules/VERSION} of a tree with one kernel. */
  static KernelModules of(Path tree) throws IOException {
    Path top = tree.resolve("usr/lib/modules");
    Map<String, Path> files = new HashMap<>();
    Set<String> builtIn = new HashSet<>();
    try (Stream<Path> all = Files.walk(top)) {
      for (Path file : all.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(SUFFIX)) {
          files.put(key(name.substring(0, name.length() - SUFFIX.length())), file);
        } else if (name.equals("modules.builtin")) {
          for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            String last = line.substring(line.lastIndexOf('/') + 1);
            builtIn.add(key(last.replaceFirst("\\.ko$", "")));
          }
        }
      }
    }
    return new KernelModules(files, builtIn);
  }

  /**
   * The wanted modules and all that they need, in an order in which they load; names that the
   * kernel has built in are left out.
   *
   * @return content of each module, not compressed, by its file name
   */
  Map<String, byte[]> closure(List<String> wanted) throws IOException {
    Map<String, byte[]> ordered = new LinkedHashMap<>();
    for (String name : wanted) {
      add(key(name), ordered, new ArrayDeque<>());
    }
    return ordered;
  }

  private void add(String name, Map<String, byte[]> ordered, Deque<String> path)
      throws IOException {
    Path file = files.get(name);
    if (file == null) {
      if (builtIn.contains(name)) {
        return;
      }
      throw new CloisterException(
          GuestError.MODULE_MISSING, name, "needed by " + String.join(" by ", path));
    }
    String fileName = file.getFileName().toString().replaceFirst("\\.xz$", "");
    if (ordered.containsKey(fileName)) {
      return;
    }
    if (path.contains(name)) {
      throw new CloisterException(GuestError.MODULE_MISSING, name, "needs itself");
    }
    byte[] content = content(name, file);
    path.addFirst(name);
    for (String needed : dependencies(content, name)) {
      add(key(needed), ordered, path);
    }
    path.removeFirst();
    ordered.put(fileName, content);
  }

  private byte[] content(String name, Path file) throws IOException {
    byte[] known = contents.get(name);
    if (known != null) {
      return known;
    }
    try (XZInputStream in =
        new XZInputStream(new ByteArrayInputStream(Files.readAllBytes(file)), MAX_DECODER_KIB)) {
      byte[] content = in.readNBytes(MAX_MODULE_BYTES);
      contents.put(name, content);
      return content;
    }
  }

  private static List<String> dependencies(byte[] content, String name) {
    for (String info : ElfFile.of(content, name).moduleInfo()) {
      if (info.startsWith("depends=") && info.length() > "depends=".length()) {
        return List.of(info.substring("depends=".length()).split(",", -1));
      }
    }
    return List.of();
  }

  /** File names have dashes where the kernel has underscores. */
  private static String key(String name) {
    return name.replace('-', '_');
  }
}
