package dev.cloister.policy;

import dev.cloister.encoding.CloisterException;
import java.util.Map;

/**
 * Where the agent has put things in the guest, for the configuration of one container. All paths
 * are absolute and the agent's own; none comes from the host.
 *
 * @param rootfs mounted root of the container, with its overlay where it is writable
 * @param volumes mount source of each volume that the container mounts
 * @param subPaths mount source of each mount with a sub-path, resolved by the agent, by its place
 * @param networkNamespace file of the pod's network namespace
 * @param ipcNamespace file of the pod's IPC namespace, or empty for one of the container's own
 * @param utsNamespace file of the pod's UTS namespace, or empty for one of the container's own
 * @param pidNamespace file of the pod's PID namespace; used where the policy shares it
 * @param shm directory mounted at /dev/shm
 * @param hosts file mounted at /etc/hosts
 * @param hostname file mounted at /etc/hostname
 * @param resolvConf file mounted at /etc/resolv.conf
 * @param terminationMessage file mounted at the termination message's path
 * @param inPod directory mounted, read-only, at {@link PodPolicy#IN_POD}: the container's own
 *     socket and files
 * @param cgroup path below the cgroup root, for example {@code /pod/web}
 */
public record BundleLayout(
    String rootfs,
    Map<String, String> volumes,
    Map<String, String> subPaths,
    String networkNamespace,
    String ipcNamespace,
    String utsNamespace,
    String pidNamespace,
    String shm,
    String hosts,
    String hostname,
    String resolvConf,
    String terminationMessage,
    String inPod,
    String cgroup) {

  public BundleLayout {
    volumes = Map.copyOf(volumes);
    subPaths = Map.copyOf(subPaths);
  }

  /** The source of a mount. */
  String source(MountPolicy mount) {
    String source =
        mount.subPath().isEmpty() ? volumes.get(mount.volume()) : subPaths.get(mount.at());
    if (source == null) {
      throw new CloisterException(
          PolicyError.LAYOUT, "mounts[" + mount.at() + "]", "the layout has no source for it");
    }
    return source;
  }
}
