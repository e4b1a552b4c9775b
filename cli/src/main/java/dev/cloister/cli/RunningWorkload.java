package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.kubernetes.PodName;
import dev.cloister.manifest.Initdata;
import dev.cloister.policy.NamePattern;
import dev.cloister.policy.PodPolicy;
import dev.cloister.rpc.NodePods.Pod;
import dev.cloister.rpc.NodePods.RunPodRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * The pods of one workload on this machine.
 *
 * @param pods all of them, the newest first
 * @param order what the newest was started with
 */
record RunningWorkload(List<Pod> pods, RunPodRequest order) {

  /** As many pods as the node takes. */
  private static final int MAX = 64;

  RunningWorkload {
    pods = List.copyOf(pods);
  }

  /**
   * What has to be done to have another number of pods.
   *
   * @param start pods to start
   * @param end pods to end, the newest first
   */
  record Scaling(List<RunPodRequest> start, List<Pod> end) {
    Scaling {
      start = List.copyOf(start);
      end = List.copyOf(end);
    }
  }

  /**
   * Finds them.
   *
   * @param here all pods of this machine
   * @param orderOf what the pod of an id was started with
   * @param meant the workload's name, or {@code NAMESPACE/NAME}
   * @throws CloisterException with {@link CliError#NO_SUCH_POD}
   */
  static RunningWorkload find(
      List<Pod> here, Function<String, RunPodRequest> orderOf, String meant) {
    List<Pod> all = new ArrayList<>(here);
    all.sort(Comparator.comparingLong(Pod::startedMillis).reversed());
    List<Pod> pods = new ArrayList<>();
    Set<String> workloads = new LinkedHashSet<>();
    List<RunPodRequest> orders = new ArrayList<>();
    for (Pod pod : all) {
      RunPodRequest order = orderOf.apply(pod.id());
      String name = PodName.workload(pattern(order));
      if (meant.equals(name) || meant.equals(pod.namespace() + "/" + name)) {
        pods.add(pod);
        orders.add(order);
        workloads.add(pod.namespace() + "/" + name);
      }
    }
    if (workloads.size() != 1) {
      throw new CloisterException(
          CliError.NO_SUCH_POD,
          meant,
          workloads.isEmpty()
              ? "no pod of this workload is here"
              : "several workloads are meant: " + String.join(", ", workloads));
    }
    return new RunningWorkload(pods, orders.getFirst());
  }

  private static NamePattern pattern(RunPodRequest order) {
    return PodPolicy.parse(Initdata.parse(order.initdata()).policy()).pod().name();
  }

  /**
   * How to have this number of pods, all like the newest.
   *
   * @throws CloisterException with {@link CliError#WRONG_USE} where its policy, or a node, has not
   *     so many
   */
  Scaling scaled(int number) {
    NamePattern pattern = pattern(order);
    int most = PodName.most(pattern);
    if (number < 0 || number > MAX || (most > 0 && number > most)) {
      throw new CloisterException(
          CliError.WRONG_USE,
          PodName.workload(pattern),
          most > 0
              ? "its measured policy names " + most + "; change the YAML and generate it again"
              : "from 0 to " + MAX + " pods can run");
    }
    Bytes digest = order.initdata().sha256();
    List<RunPodRequest> start = new ArrayList<>();
    Set<String> wanted = new LinkedHashSet<>();
    for (int replica = 0; replica < number; replica++) {
      String name = PodName.of(pattern, digest, replica);
      wanted.add(name);
      if (pods.stream().noneMatch(pod -> pod.name().equals(name))) {
        start.add(named(name));
      }
    }
    return new Scaling(start, pods.stream().filter(pod -> !wanted.contains(pod.name())).toList());
  }

  private RunPodRequest named(String name) {
    return new RunPodRequest(
        name,
        order.namespace(),
        UUID.randomUUID().toString(),
        order.initdata(),
        order.volumes(),
        order.tee(),
        order.registryConfiguration(),
        order.services(),
        order.subdomain());
  }
}
