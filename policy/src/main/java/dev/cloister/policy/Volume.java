package dev.cloister.policy;

import dev.cloister.encoding.Json;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** A volume of the pod, made in the guest. Block volumes will be a further kind. */
public sealed interface Volume {

  /** Most bytes of one file of a file volume: what a ConfigMap may hold. */
  int MAX_FILE_BYTES = 1 << 20;

  /** Most files of one file volume. */
  int MAX_FILES = 256;

  /** Its name in the pod. */
  String name();

  /** The group that owns it ({@code fsGroup}), 0 where none is given. */
  long gid();

  /** The form in the policy document, without the name. */
  Json.Obj toJson();

  /**
   * An empty directory in guest memory that lives as long as the VM ({@code emptyDir}).
   *
   * @param name DNS name
   * @param sizeMib most that it may hold, 1 to 65,536 MiB
   * @param mode permission bits of its root, 0 to 07777
   * @param gid group of its root
   */
  record Memory(String name, int sizeMib, int mode, long gid) implements Volume {
    public Memory {
      Grammar.require(Grammar.isDnsName(name), "name", "a DNS name", name);
      Grammar.range(sizeMib, 1, 65_536, "sizeMib");
      Grammar.range(mode, 0, 07777, "mode");
      Grammar.range(gid, 0, UserIds.MAX_ID, "gid");
    }

    @Override
    public Json.Obj toJson() {
      return Json.object()
          .put("kind", "memory")
          .put("sizeMib", sizeMib)
          .put("mode", mode)
          .put("gid", gid)
          .build();
    }
  }

  /**
   * A read-only directory of declared files ({@code configMap}, {@code downwardAPI}, {@code
   * projected}).
   *
   * @param name DNS name
   * @param gid group of its files
   * @param files by relative path; 256 at most; none lies where another has a directory
   */
  record Files(String name, long gid, Map<String, FileEntry> files) implements Volume {
    public Files {
      files = Collections.unmodifiableMap(new TreeMap<>(files));
      Grammar.require(Grammar.isDnsName(name), "name", "a DNS name", name);
      Grammar.range(gid, 0, UserIds.MAX_ID, "gid");
      Grammar.atMost(files.size(), MAX_FILES, "files");
      for (String path : files.keySet()) {
        String where = "files[" + path + "]";
        Grammar.require(Grammar.isFileName(path), where, "a file's relative path", path);
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
          Grammar.agree(
              !files.containsKey(path.substring(0, slash)), where, "it lies below another file");
        }
      }
    }

    /** Whether the host supplies some of the files. */
    public boolean needsHost() {
      for (FileEntry entry : files.values()) {
        if (!(entry.content() instanceof FileContent.Composed)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public Json.Obj toJson() {
      Json.ObjectBuilder entries = Json.object();
      for (Map.Entry<String, FileEntry> entry : files.entrySet()) {
        entries.put(entry.getKey(), entry.getValue().toJson());
      }
      return Json.object()
          .put("kind", "files")
          .put("gid", gid)
          .put("files", entries.build())
          .build();
    }
  }
}
