package dev.cloister.kubernetes;

import dev.cloister.policy.InboundPort;
import dev.cloister.policy.LogPolicy;
import dev.cloister.policy.Volume;
import java.util.List;
import java.util.Map;

/**
 * What the containers of a pod share while they are derived.
 *
 * @param template the pod's template
 * @param images resolves references
 * @param configMaps what the pod can read
 * @param serviceAccount name of its service account
 * @param security the pod's security context
 * @param resources of all containers by name
 * @param volumes by name; image volumes are added to it
 * @param membership how the pod takes part in its deployment
 * @param inbound ports that annotations open
 * @param logs open logs by container
 * @param restartPolicy the pod's
 */
record PodContext(
    PodTemplate template,
    ResolvedImages images,
    ConfigMaps configMaps,
    String serviceAccount,
    SecurityReader.PodSecurity security,
    Map<String, ContainerResources> resources,
    Map<String, Volume> volumes,
    Membership membership,
    List<InboundPort> inbound,
    Map<String, LogPolicy> logs,
    String restartPolicy) {

  DownwardFields downward(String container) {
    return new DownwardFields(template, serviceAccount, resources, container);
  }

  LogPolicy logs(String container) {
    return logs.getOrDefault(container, LogPolicy.CLOSED);
  }

  ContainerResources resources(String container) {
    return resources.getOrDefault(container, new ContainerResources(Map.of(), Map.of()));
  }

  /** Adds an empty directory for a volume of an image; its name. */
  String addImageVolume(String base) {
    String name = base;
    for (int number = 2; volumes.containsKey(name); number++) {
      name = base + "-" + number;
    }
    long gid = security.fsGroup().orElse(0L);
    int mode = security.fsGroup().isPresent() ? 02775 : 0755;
    volumes.put(name, new Volume.Memory(name, VolumeReader.DEFAULT_SIZE_MIB, mode, gid));
    return name;
  }
}
