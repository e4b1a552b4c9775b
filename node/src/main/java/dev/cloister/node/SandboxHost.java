package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Initdata;
import dev.cloister.policy.PodPolicy;
import dev.cloister.rpc.NodePods.RunPodRequest;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * The node's machinery without its daemon: whoever holds it is the host, and may start any VM and
 * say anything to its agent. This is what an attacker on the node has; tests and the demo attack
 * with it. It may share the directories of a daemon, and then shares its simulator, but its VMs are
 * no pods. Safe for use by any thread.
 */
public final class SandboxHost implements AutoCloseable {

  private final NodeSettings settings;
  private final EventLog log;
  private final SimulatorLink simulator;
  private final Sandboxes sandboxes;
  private final ImageDisks images;

  private SandboxHost(NodeSettings settings, EventLog log) {
    this.settings = settings;
    this.log = log;
    NodeThreads threads = new NodeThreads(log);
    SecureRandom random = new SecureRandom();
    this.simulator = new SimulatorLink(settings.directories(), threads, log, random);
    this.sandboxes =
        new Sandboxes(
            settings.directories(),
            settings.network(),
            settings.qemu(),
            () -> settings.acceleration().orElse(Acceleration.TCG),
            simulator,
            threads,
            log,
            random);
    this.images = new CachedImages(settings.directories().cache(), System.getenv());
  }

  /**
   * Opens it.
   *
   * @param settings emulation is used where they name no acceleration
   */
  public static SandboxHost open(NodeSettings settings) {
    settings.directories().create();
    return new SandboxHost(
        settings,
        new EventLog(settings.directories().logs().resolve("host.jsonl"), InstantSource.system()));
  }

  /** The VMs. */
  public Sandboxes sandboxes() {
    return sandboxes;
  }

  /** The VM that an honest node would start for this pod, under the name {@code id}. */
  public SandboxSpec honestSpec(String id, RunPodRequest pod) {
    return new PodSpec(settings, order(id, pod), policy(pod)).make(images);
  }

  /** Tells the agent of a VM what an honest node tells it before the first container. */
  public void setUp(Sandbox sandbox, RunPodRequest pod) {
    new PodSetup(
            settings, order(sandbox.id(), pod), policy(pod), sandbox, PodSetup.Surroundings.NONE)
        .run();
  }

  /** The same without the disks, which are left to be attached one by one. */
  public void introduce(Sandbox sandbox, RunPodRequest pod) {
    new PodSetup(
            settings, order(sandbox.id(), pod), policy(pod), sandbox, PodSetup.Surroundings.NONE)
        .introduce();
  }

  private static PodOrder order(String id, RunPodRequest pod) {
    return PodOrder.of(id, pod, 0);
  }

  private static PodPolicy policy(RunPodRequest pod) {
    Bytes policy = Initdata.parse(pod.initdata()).policy();
    return PodPolicy.parse(policy);
  }

  /** Ends every VM that it started. */
  @Override
  public void close() {
    try {
      for (Sandbox sandbox : sandboxes.list()) {
        sandboxes.stop(sandbox.id());
      }
    } catch (CloisterException e) {
      log.failure("close", "host", e);
      throw e;
    } finally {
      log.close();
    }
  }
}
