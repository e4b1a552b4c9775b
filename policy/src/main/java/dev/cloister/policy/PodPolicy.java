package dev.cloister.policy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one pod VM may run: the document {@code policy.json} of the initdata (design section 3). It
 * is data, without expressions; the rules that give it effect are fixed code of the measured image,
 * named by {@link #COMPOSITION}.
 *
 * @param pod what holds for the pod as a whole
 * @param volumes by name, 64 at most; each is mounted somewhere or not, as the YAML says
 * @param containers 1 to 64: init containers and sidecars in the order in which they start, then
 *     the apps, of which there is at least one
 * @param waivers risks that the author accepted, 64 at most
 */
public record PodPolicy(
    PodSettings pod,
    Map<String, Volume> volumes,
    List<ContainerPolicy> containers,
    List<Waiver> waivers) {

  /** Name and version of the document's form. */
  public static final String SCHEMA = "cloister/pod-policy/v1";

  /** Version of the rules by which {@link Composer} and {@link Guard} read it. */
  public static final int COMPOSITION = 1;

  /**
   * Where each container finds its socket to the agent, its certificate and what it may know of its
   * pod. No volume may be mounted there or below.
   */
  public static final String IN_POD = "/run/cloister";

  /** How much a document may hold: half a MiB, 12 levels, 32,768 values. */
  public static final JsonBudget BUDGET = new JsonBudget(512 << 10, 12, 1 << 15);

  static final int MAX_VOLUMES = 64;
  static final int MAX_CONTAINERS = 64;
  static final int MAX_WAIVERS = 64;

  public PodPolicy {
    volumes = Collections.unmodifiableMap(new TreeMap<>(volumes));
    containers = List.copyOf(containers);
    waivers = List.copyOf(waivers);
    Grammar.atMost(volumes.size(), MAX_VOLUMES, "volumes");
    Grammar.atMost(containers.size(), MAX_CONTAINERS, "containers");
    Grammar.atMost(waivers.size(), MAX_WAIVERS, "waivers");
    for (Map.Entry<String, Volume> volume : volumes.entrySet()) {
      Grammar.agree(
          volume.getKey().equals(volume.getValue().name()), "volumes", "a volume has two names");
    }
    checkContainers(containers);
    checkSpeakers(pod, containers);
    checkMounts(containers, volumes);
  }

  /** Only a pod's one app can speak as the Coordinator, and only where the pod is one. */
  private static void checkSpeakers(PodSettings pod, List<ContainerPolicy> containers) {
    int speakers = 0;
    for (ContainerPolicy container : containers) {
      if (container.speaksAs() == SpeaksAs.COORDINATOR) {
        String where = "containers[" + container.name() + "].speaksAs";
        Grammar.agree(pod.role() == PodRole.COORDINATOR, where, "the pod is no Coordinator");
        Grammar.agree(container.role() == Role.APP, where, "only an app can be the Coordinator");
        speakers++;
      }
    }
    Grammar.agree(
        pod.role() != PodRole.COORDINATOR || speakers == 1,
        "pod.role",
        "exactly one app speaks as the Coordinator");
  }

  private static void checkContainers(List<ContainerPolicy> containers) {
    Set<String> names = new HashSet<>();
    boolean apps = false;
    for (ContainerPolicy container : containers) {
      String where = "containers[" + container.name() + "]";
      if (!names.add(container.name())) {
        throw new CloisterException(PolicyError.DUPLICATE, where, "two containers have this name");
      }
      Grammar.agree(
          !apps || container.role() == Role.APP, where + ".role", "it comes after an app");
      apps |= container.role() == Role.APP;
    }
    Grammar.require(apps, "containers", "at least one app");
  }

  private static void checkMounts(List<ContainerPolicy> containers, Map<String, Volume> volumes) {
    for (ContainerPolicy container : containers) {
      for (MountPolicy mount : container.mounts()) {
        String where = "containers[" + container.name() + "].mounts[" + mount.at() + "]";
        Volume volume = volumes.get(mount.volume());
        if (volume == null) {
          throw new CloisterException(
              PolicyError.REFERENCE, where, "no volume is called " + Grammar.shown(mount.volume()));
        }
        Grammar.agree(
            !mount.at().equals(IN_POD) && !mount.at().startsWith(IN_POD + "/"),
            where,
            "this place is the agent's");
        Grammar.agree(
            mount.readOnly() || !(volume instanceof Volume.Files),
            where + ".readOnly",
            "file volumes are read-only");
      }
    }
  }

  /**
   * Reads a document. It need not be in canonical form, but unknown, duplicate and missing fields,
   * values out of range and lists out of order are refused.
   *
   * @throws CloisterException with a code of {@link PolicyError} or {@link
   *     dev.cloister.encoding.EncodingError}; the place is the path of the value
   */
  public static PodPolicy parse(Bytes document) {
    return PolicyReader.read(document);
  }

  /**
   * The container of this name.
   *
   * @throws CloisterException with {@link PolicyError#CONTAINER}
   */
  public ContainerPolicy container(String name) {
    for (ContainerPolicy container : containers) {
      if (container.name().equals(name)) {
        return container;
      }
    }
    throw new CloisterException(
        PolicyError.CONTAINER, "containers", "there is none called " + Grammar.shown(name));
  }

  /** The document. */
  public Json.Obj toJson() {
    Json.ObjectBuilder volumesJson = Json.object();
    for (Map.Entry<String, Volume> volume : volumes.entrySet()) {
      volumesJson.put(volume.getKey(), volume.getValue().toJson());
    }
    List<Json> containersJson = new ArrayList<>();
    for (ContainerPolicy container : containers) {
      containersJson.add(container.toJson());
    }
    List<Json> waiversJson = new ArrayList<>();
    for (Waiver waiver : waivers) {
      waiversJson.add(waiver.toJson());
    }
    return Json.object()
        .put("schema", SCHEMA)
        .put("composition", COMPOSITION)
        .put("pod", pod.toJson())
        .put("volumes", volumesJson.build())
        .put("containers", Json.of(containersJson))
        .put("waivers", Json.of(waiversJson))
        .build();
  }

  /** The one canonical form (RFC 8785) in UTF-8: equal policies give equal bytes. */
  public Bytes toBytes() {
    return JsonWriter.canonicalBytes(toJson());
  }
}
