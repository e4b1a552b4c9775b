package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.Composer;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.Grants;
import dev.cloister.policy.MountPolicy;
import dev.cloister.policy.PodFacts;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.Volume;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The pod's volumes in guest memory. File volumes have the layout of kubelet's atomic writer: the
 * files lie in a directory of their generation, {@code ..data} links to it, and what the container
 * sees are links through {@code ..data}; so a new set appears in one step. Called under the lock of
 * the pod's actions.
 */
final class PodVolumes {

  private static final String SHM_OPTIONS = "mode=1777,size=65536k";

  private final PodPolicy policy;
  private final String directory;
  private final Set<String> made = new HashSet<>();
  private final Map<String, Long> generations = new HashMap<>();

  PodVolumes(PodPolicy policy, String directory) {
    this.policy = policy;
    this.directory = directory;
  }

  /** The pod's /dev/shm, made at first use. */
  synchronized String shm() {
    String shm = directory + "/shm";
    if (made.add("/shm")) {
      SmallFile.makeDirectory(shm);
      Kernel.mount("tmpfs", shm, "tmpfs", Kernel.NO_SUID | Kernel.NO_DEVICES, SHM_OPTIONS);
    }
    return shm;
  }

  /** Makes what a container mounts, and says where each volume is. */
  synchronized Map<String, String> prepare(ContainerPolicy container, PodFacts facts) {
    Map<String, String> sources = new HashMap<>();
    for (MountPolicy mount : container.mounts()) {
      Volume volume = policy.volumes().get(mount.volume());
      if (volume instanceof Volume.Memory memory) {
        makeMemory(memory);
      } else if (volume instanceof Volume.Files files) {
        makeComposed(files, facts);
      }
      sources.put(mount.volume(), path(mount.volume()));
    }
    return sources;
  }

  /** Where each mount with a sub-path has its source, by the mount's place. */
  synchronized Map<String, String> subPaths(ContainerPolicy container) {
    Map<String, String> sources = new HashMap<>();
    for (MountPolicy mount : container.mounts()) {
      if (!mount.subPath().isEmpty()) {
        boolean files = policy.volumes().get(mount.volume()) instanceof Volume.Files;
        String top = path(mount.volume()) + (files ? "/..data" : "");
        sources.put(mount.at(), files ? top + "/" + mount.subPath() : below(top, mount.subPath()));
      }
    }
    return sources;
  }

  /**
   * A directory below a volume's root; a link on the way, which a container may have put, is not
   * followed.
   */
  private static String below(String top, String subPath) {
    String at = top;
    for (String name : subPath.split("/", -1)) {
      at = at + "/" + name;
      File file = new File(at);
      if (Files.isSymbolicLink(file.toPath())) {
        throw new CloisterException(AgentError.REQUEST, subPath, "a link in a sub-path");
      }
      if (!file.exists()) {
        SmallFile.makeDirectory(at);
      }
    }
    return at;
  }

  private String path(String volume) {
    return directory + "/volume-" + volume;
  }

  private void makeMemory(Volume.Memory volume) {
    if (made.add(volume.name())) {
      String path = path(volume.name());
      SmallFile.makeDirectory(path);
      String options =
          "mode="
              + Integer.toOctalString(volume.mode())
              + ",gid="
              + volume.gid()
              + ",size="
              + volume.sizeMib()
              + "m";
      Kernel.mount("tmpfs", path, "tmpfs", Kernel.NO_SUID | Kernel.NO_DEVICES, options);
    }
  }

  private void makeComposed(Volume.Files volume, PodFacts facts) {
    if (!volume.needsHost() && made.add(volume.name())) {
      put(new Grants.FileSet(volume, 0, Composer.composedFiles(volume, facts)));
    }
  }

  /** Puts a whole set in the place of the former one. */
  synchronized void put(Grants.FileSet set) {
    String top = path(set.volume().name());
    Long former = generations.get(set.volume().name());
    long generation = former == null ? 1 : former + 1;
    generations.put(set.volume().name(), generation);
    String name = "..g" + generation;
    SmallFile.makeDirectory(top + "/" + name);
    for (Map.Entry<String, Bytes> file : set.files().entrySet()) {
      write(top + "/" + name + "/" + file.getKey(), file.getValue(), set, file.getKey());
    }
    try {
      Path link = Path.of(top, "..data");
      Path next = Path.of(top, "..next");
      Files.deleteIfExists(next);
      Files.createSymbolicLink(next, Path.of(name));
      Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
      for (String path : set.files().keySet()) {
        linkTop(top, path);
      }
    } catch (IOException e) {
      throw new CloisterException(
          AgentError.MACHINE, "volumes[" + set.volume().name() + "]", String.valueOf(e), e);
    }
    SmallFile.deleteTree(new File(top, "..g" + (generation - 1)));
  }

  private static void write(String path, Bytes content, Grants.FileSet set, String name) {
    SmallFile.makeDirectory(new File(path).getParent());
    SmallFile.write(path, content.toArray());
    Kernel.changeMode(path, set.mode(name));
    if (set.volume().gid() != 0) {
      Kernel.changeOwner(path, 0, set.volume().gid());
    }
  }

  private static void linkTop(String top, String path) throws IOException {
    int slash = path.indexOf('/');
    String first = slash < 0 ? path : path.substring(0, slash);
    Path link = Path.of(top, first);
    if (!Files.isSymbolicLink(link)) {
      Files.createSymbolicLink(link, Path.of("..data", first));
    }
  }
}
