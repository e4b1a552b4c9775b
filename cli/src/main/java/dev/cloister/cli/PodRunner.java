package dev.cloister.cli;

import dev.cloister.attestation.EvidenceType;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.kubernetes.GeneratedWorkload;
import dev.cloister.kubernetes.Generation;
import dev.cloister.rpc.NodePods.FileVolume;
import dev.cloister.rpc.NodePods.Pod;
import dev.cloister.rpc.NodePods.RunPodRequest;
import dev.cloister.rpc.NodePods.VolumeFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Starts pods through the node daemon and waits for them. For one thread. */
public final class PodRunner {

  private static final Duration POLL = Duration.ofMillis(200);

  private final NodeConnection node;
  private final Terminal terminal;

  /** Runs pods through this connection. */
  public PodRunner(NodeConnection node, Terminal terminal) {
    this.node = node;
    this.terminal = terminal;
  }

  /**
   * Starts every pod of what was generated.
   *
   * @param type the evidence that they have
   * @param credentials path of a Docker configuration file, or empty
   * @return their ids
   */
  public List<String> start(Generation generation, EvidenceType type, String credentials) {
    List<String> ids = new ArrayList<>();
    for (GeneratedWorkload workload : generation.workloads()) {
      for (int replica = 0; replica < workload.replicas(); replica++) {
        ids.add(node.calls().runPod(request(workload, replica, type, credentials)).id());
      }
    }
    return ids;
  }

  /**
   * What the node is asked for one pod.
   *
   * @param replica number of the pod, from 0
   * @param type the evidence that it has
   * @param credentials path of a Docker configuration file, or empty
   */
  public static RunPodRequest request(
      GeneratedWorkload workload, int replica, EvidenceType type, String credentials) {
    List<FileVolume> volumes = new ArrayList<>();
    for (Map.Entry<String, Map<String, Bytes>> volume : workload.files().entrySet()) {
      List<VolumeFile> files = new ArrayList<>();
      volume.getValue().forEach((name, content) -> files.add(new VolumeFile(name, content)));
      volumes.add(new FileVolume(volume.getKey(), files));
    }
    return new RunPodRequest(
        workload.podName(replica),
        workload.namespace(),
        UUID.randomUUID().toString(),
        workload.initdata().document(),
        volumes,
        type.text(),
        credentials,
        workload.services(),
        workload.governor());
  }

  /**
   * Waits until the pod runs or has succeeded, saying on the way how far it is.
   *
   * @throws CloisterException with {@link CliError#POD_FAILED} where it fails or takes too long
   */
  public Pod await(String id, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    String shown = "";
    while (true) {
      Pod pod = node.pod(id);
      if (!pod.phase().equals(shown)) {
        shown = pod.phase();
        terminal.note(NodeConnection.fullName(pod) + ": " + shown);
      }
      switch (pod.phase()) {
        case "Running", "Succeeded" -> {
          return pod;
        }
        case "Failed" -> throw failed(pod, pod.reason());
        default -> {
          if (System.nanoTime() > deadline) {
            throw failed(
                pod, "it is " + shown + " after " + limit.toSeconds() + " s; " + pod.reason());
          }
        }
      }
      pause();
    }
  }

  private static CloisterException failed(Pod pod, String reason) {
    return new CloisterException(CliError.POD_FAILED, NodeConnection.fullName(pod), reason);
  }

  private static void pause() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(CliError.INTERRUPTED, "up", "interrupted", e);
    }
  }
}
