package dev.cloister.policy;

import dev.cloister.encoding.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The part {@code mounts} of an OCI runtime configuration. */
final class MountsConfig {

  /** One mount. */
  private record Mount(String at, String type, String source, List<String> options) {
    Json toJson() {
      return Json.object()
          .put("destination", at)
          .put("type", type)
          .put("source", source)
          .put("options", Json.ofStrings(options))
          .build();
    }

    int depth() {
      int depth = 0;
      for (int i = 0; i < at.length(); i++) {
        depth += at.charAt(i) == '/' ? 1 : 0;
      }
      return depth;
    }
  }

  private MountsConfig() {}

  static Json compose(ContainerPolicy container, BundleLayout layout) {
    List<Mount> mounts = new ArrayList<>();
    boolean readOnly = container.rootfs().readOnly();
    add(mounts, container, bind("/dev/shm", layout.shm(), false));
    add(mounts, container, bind("/etc/hosts", layout.hosts(), readOnly));
    add(mounts, container, bind("/etc/hostname", layout.hostname(), readOnly));
    add(mounts, container, bind("/etc/resolv.conf", layout.resolvConf(), readOnly));
    String message = container.terminationMessage().path();
    add(mounts, container, bind(message, layout.terminationMessage(), false));
    mounts.add(
        new Mount(
            PodPolicy.IN_POD,
            "bind",
            layout.inPod(),
            List.of("bind", "rprivate", "ro", "nosuid", "nodev", "noexec")));
    for (MountPolicy mount : container.mounts()) {
      mounts.add(bind(mount.at(), layout.source(mount), mount.readOnly()));
    }
    mounts.sort(byDepth());
    List<Json> all = new ArrayList<>();
    for (Mount mount : system()) {
      all.add(mount.toJson());
    }
    for (Mount mount : mounts) {
      all.add(mount.toJson());
    }
    return Json.of(all);
  }

  /** Parents before what is mounted below them. */
  private static Comparator<Mount> byDepth() {
    return new Comparator<>() {
      @Override
      public int compare(Mount one, Mount other) {
        int depth = Integer.compare(one.depth(), other.depth());
        return depth != 0 ? depth : one.at().compareTo(other.at());
      }
    };
  }

  /** Adds the mount unless the policy mounts a volume at the same place. */
  private static void add(List<Mount> mounts, ContainerPolicy container, Mount mount) {
    for (MountPolicy own : container.mounts()) {
      if (own.at().equals(mount.at())) {
        return;
      }
    }
    mounts.add(mount);
  }

  private static Mount bind(String at, String source, boolean readOnly) {
    return new Mount(at, "bind", source, List.of("rbind", "rprivate", readOnly ? "ro" : "rw"));
  }

  private static List<Mount> system() {
    return List.of(
        new Mount("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev")),
        new Mount(
            "/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k")),
        new Mount(
            "/dev/pts",
            "devpts",
            "devpts",
            List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5")),
        new Mount("/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev")),
        new Mount("/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", "ro")),
        new Mount(
            "/sys/fs/cgroup",
            "cgroup",
            "cgroup",
            List.of("nosuid", "noexec", "nodev", "relatime", "ro")));
  }
}
