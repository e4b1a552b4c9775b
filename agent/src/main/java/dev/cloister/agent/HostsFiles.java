package dev.cloister.agent;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The hosts files of the pod's containers: what the policy gives each, and the names of the mesh.
 * Containers have them mounted, so that a change is written into the same file. Safe for any
 * thread.
 */
final class HostsFiles {

  private static final String HEAD = "\n# Names of the mesh.\n";

  private final Map<String, String> files = new LinkedHashMap<>();
  private String mesh = "";

  /** Writes the file of a container to come. */
  synchronized void add(String path, String own) {
    files.put(path, own);
    write(path, own);
  }

  /** The container is gone. */
  synchronized void remove(String path) {
    files.remove(path);
  }

  /** Puts these names of the mesh into every file. */
  synchronized void mesh(String lines) {
    if (!lines.equals(mesh)) {
      mesh = lines;
      files.forEach(this::write);
    }
  }

  private void write(String path, String own) {
    SmallFile.write(path, mesh.isEmpty() ? own : own + HEAD + mesh);
  }
}
