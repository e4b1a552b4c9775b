package dev.cloister.policy;

import dev.cloister.encoding.Bytes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which file volumes have been filled, and the rules for filling them. Under the guard's lock. */
final class FileVolumes {

  private final PodPolicy policy;
  private final Map<String, Long> generations = new HashMap<>();
  private final Set<String> reserved = new HashSet<>();

  FileVolumes(PodPolicy policy) {
    this.policy = policy;
  }

  Decision<Grants.FileSet> reserve(Object lock, HostRequest.PutFiles request, PodFacts facts) {
    Volume volume = policy.volumes().get(request.volume());
    if (!(volume instanceof Volume.Files files) || !files.needsHost()) {
      throw new Denied(
          PolicyError.VOLUME,
          "volume",
          "a declared volume with files from the host",
          Grammar.shown(request.volume()));
    }
    String path = "volumes[" + files.name() + "]";
    long before = generations.getOrDefault(files.name(), 0L);
    Denied.unless(
        request.generation() > before,
        PolicyError.GENERATION,
        path,
        "a generation above " + before,
        request.generation() + "");
    Map<String, Bytes> content = checkedFiles(files, request.files(), path);
    Denied.unless(reserved.add(files.name()), PolicyError.BUSY, path, "", "");
    content.putAll(Composer.composedFiles(files, facts));
    Grants.FileSet set = new Grants.FileSet(files, request.generation(), content);
    return new Decision.Allowed<>(set, new Filling(lock, this, set));
  }

  private static Map<String, Bytes> checkedFiles(
      Volume.Files volume, Map<String, Bytes> supplied, String path) {
    for (String name : supplied.keySet()) {
      FileEntry entry = volume.files().get(name);
      Denied.unless(
          entry != null && !(entry.content() instanceof FileContent.Composed),
          PolicyError.FILES,
          path + ".files",
          "only declared files",
          Grammar.shown(name));
    }
    Map<String, Bytes> content = new TreeMap<>();
    for (Map.Entry<String, FileEntry> entry : volume.files().entrySet()) {
      if (!(entry.getValue().content() instanceof FileContent.Composed)) {
        String place = path + ".files[" + entry.getKey() + "]";
        Bytes bytes = supplied.get(entry.getKey());
        if (bytes == null) {
          throw new Denied(PolicyError.FILES, place, "this file", "nothing");
        }
        checkContent(entry.getValue().content(), bytes, place);
        content.put(entry.getKey(), bytes);
      }
    }
    return content;
  }

  private static void checkContent(FileContent content, Bytes bytes, String path) {
    if (content instanceof FileContent.Pinned pinned) {
      Denied.unless(
          bytes.size() == pinned.size(),
          PolicyError.FILE_CONTENT,
          path,
          pinned.size() + " bytes",
          bytes.size() + "");
      Bytes digest = bytes.sha256();
      Denied.unless(
          digest.equals(pinned.sha256()),
          PolicyError.FILE_CONTENT,
          path,
          "sha256 " + pinned.sha256().toHex(),
          digest.toHex());
    } else if (content instanceof FileContent.Opaque opaque) {
      Denied.unless(
          bytes.size() <= opaque.maxBytes(),
          PolicyError.FILE_CONTENT,
          path,
          opaque.maxBytes() + " bytes at most",
          bytes.size() + "");
    }
  }

  /** Refuses a container with a file volume that waits for the host. */
  void checkFilled(ContainerPolicy container) {
    for (MountPolicy mount : container.mounts()) {
      if (policy.volumes().get(mount.volume()) instanceof Volume.Files files && files.needsHost()) {
        Denied.unless(
            generations.containsKey(files.name()),
            PolicyError.MISSING,
            "volumes[" + files.name() + "]",
            "its files",
            "nothing");
      }
    }
  }

  /** A volume that is being filled. */
  private static final class Filling extends Reservation {
    private final FileVolumes table;
    private final Grants.FileSet set;

    Filling(Object lock, FileVolumes table, Grants.FileSet set) {
      super(lock);
      this.table = table;
      this.set = set;
    }

    @Override
    void apply() {
      table.reserved.remove(set.volume().name());
      table.generations.put(set.volume().name(), set.generation());
    }

    @Override
    void undo() {
      table.reserved.remove(set.volume().name());
    }
  }
}
