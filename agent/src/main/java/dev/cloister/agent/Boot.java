package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Initdata;
import dev.cloister.policy.PodPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The way from start to a pod: initdata against evidence, then policy. Who needs the pod waits
 * until it is there.
 */
final class Boot {

  private static final String DIRECTORY = "/run/cloister/pod";
  private static final long PATIENCE_MILLIS = 60_000;

  private final Machine machine;
  private @Nullable EvidenceSource evidence;
  private @Nullable Pod pod;
  private Bytes digest = Bytes.EMPTY;

  Boot(Machine machine) {
    this.machine = machine;
  }

  /** Goes the way; every failure is thrown and is fatal. */
  void run() {
    EvidenceSource source = EvidenceSource.of(machine);
    Initdata initdata = InitdataReader.read(machine, source);
    PodPolicy policy = PodPolicy.parse(initdata.policy());
    Pod made = new Pod(policy, machine, DIRECTORY, new PodIdentity(initdata, source));
    synchronized (this) {
      evidence = source;
      digest = initdata.digest();
      pod = made;
      notifyAll();
    }
  }

  /** Digest of the checked initdata, 32 bytes; empty before it is checked. */
  synchronized Bytes digest() {
    return digest;
  }

  /** The pod, waiting until it is there. */
  synchronized Pod pod() {
    awaitReady();
    if (pod == null) {
      throw notReady();
    }
    return pod;
  }

  /** The pod, or nothing where it is not there yet. */
  synchronized @Nullable Pod podSoFar() {
    return pod;
  }

  /** Where evidence comes from, waiting until the initdata has been checked against it. */
  synchronized EvidenceSource evidence() {
    awaitReady();
    if (evidence == null) {
      throw notReady();
    }
    return evidence;
  }

  private synchronized void awaitReady() {
    long end = Agent.monotonicMillis() + PATIENCE_MILLIS;
    try {
      long left = PATIENCE_MILLIS;
      while (pod == null && left > 0) {
        wait(left);
        left = end - Agent.monotonicMillis();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(AgentError.NOT_READY, "", "interrupted", e);
    }
  }

  private static CloisterException notReady() {
    return new CloisterException(AgentError.NOT_READY, "", "the initdata has not been checked");
  }
}
