package dev.cloister.e2e;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.node.ImageDisk;
import dev.cloister.node.Sandbox;
import dev.cloister.node.SandboxHost;
import dev.cloister.node.SandboxSpec;
import dev.cloister.policy.ImagePin;
import dev.cloister.rpc.AgentContainers.CreateRequest;
import dev.cloister.rpc.AgentContainers.StartRequest;
import dev.cloister.rpc.AgentContainers.WaitRequest;
import dev.cloister.rpc.AgentInfo.GetEvidenceRequest;
import dev.cloister.rpc.AgentInfo.GetEvidenceResponse;
import dev.cloister.rpc.AgentSandbox.AttachDeviceRequest;
import dev.cloister.rpc.AgentService;
import dev.cloister.rpc.MuxStream;
import dev.cloister.rpc.NodeAccess.AttestResponse;
import dev.cloister.rpc.NodePods.RunPodRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * A pod VM whose host is the attacker: it was started from a specification that the attacker wrote,
 * and every call to its agent is the attacker's own. For one thread.
 */
final class HostilePod implements AutoCloseable {

  static final Duration BOOT_LIMIT = Duration.ofSeconds(90);
  static final Duration CALL_LIMIT = Duration.ofSeconds(60);

  private final SandboxHost host;
  private final Sandbox sandbox;
  private final RunPodRequest pod;
  private final Map<String, String> outputs = new HashMap<>();
  private boolean setUp;

  private HostilePod(SandboxHost host, Sandbox sandbox, RunPodRequest pod) {
    this.host = host;
    this.sandbox = sandbox;
    this.pod = pod;
  }

  /** Starts a VM, changed from the honest one by {@code change}; does not wait for its agent. */
  static HostilePod start(
      Stage stage, String id, RunPodRequest pod, UnaryOperator<SandboxSpec> change) {
    SandboxHost host = stage.host();
    SandboxSpec spec = change.apply(host.honestSpec(id, pod));
    Sandbox sandbox =
        stage.terminal().during("starting VM " + id, () -> host.sandboxes().start(spec));
    return new HostilePod(host, sandbox, pod);
  }

  /** Starts a VM and waits for its agent's first answer. */
  static HostilePod boot(
      Stage stage, String id, RunPodRequest pod, UnaryOperator<SandboxSpec> change) {
    HostilePod started = start(stage, id, pod, change);
    boolean ready = false;
    try {
      stage.terminal().during("booting VM " + id, started::awaitAgent);
      ready = true;
      return started;
    } finally {
      if (!ready) {
        started.close();
      }
    }
  }

  /** Waits for the agent's first answer, or says why there is none. */
  boolean awaitAgent() {
    sandbox.awaitAgent(BOOT_LIMIT);
    return true;
  }

  Sandbox sandbox() {
    return sandbox;
  }

  /** The agent's calls, none filtered. */
  AgentService agent() {
    return sandbox.agent().calls(CALL_LIMIT);
  }

  /** Tells the agent what an honest node would tell it before the first container; once. */
  HostilePod setUp() {
    if (!setUp) {
      setUp = true;
      host.setUp(sandbox, pod);
    }
    return this;
  }

  /** Plugs in a disk under the root that the policy pins, and tells the agent of it. */
  void attach(ImagePin pin, Path file) {
    if (!setUp) {
      setUp = true;
      host.introduce(sandbox, pod);
    }
    sandbox.plug(new ImageDisk(pin.verityRoot(), file));
    agent().attachDevice(new AttachDeviceRequest(pin.serial(), pin.verityRoot(), ""));
  }

  /** Creates and starts a container and gives what it wrote to standard error until its end. */
  String errorsOf(String container) {
    String instance = container + "-0";
    agent().create(new CreateRequest(container, instance));
    agent().start(new StartRequest(instance));
    String errors = read(instance + "/stderr");
    int exitCode = agent().await(new WaitRequest(instance, "")).exitCode();
    return errors.strip() + " (exit code " + exitCode + ")";
  }

  /** Why the VM has ended, waiting until it does. */
  CloisterException end() {
    try {
      return sandbox.ended().get(BOOT_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw Refusals.notRefused("the VM runs on", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Refusals.notRefused("interrupted", e);
    }
  }

  /** Runs a container to its end and keeps what it printed; a second call gives that again. */
  String runToEnd(String container) {
    String known = outputs.get(container);
    if (known != null) {
      return known;
    }
    String instance = container + "-0";
    agent().create(new CreateRequest(container, instance));
    agent().start(new StartRequest(instance));
    String output = read(instance + "/stdout");
    agent().await(new WaitRequest(instance, ""));
    outputs.put(container, output);
    return output;
  }

  /** Creates and starts a container as {@code NAME-0}, unless that was done before. */
  void ensureRunning(String container) {
    if (outputs.putIfAbsent(container, "") == null) {
      agent().create(new CreateRequest(container, container + "-0"));
      agent().start(new StartRequest(container + "-0"));
    }
  }

  private String read(String stream) {
    try (MuxStream in = sandbox.agent().stream(stream, CALL_LIMIT)) {
      return new String(in.input().readNBytes(1 << 16), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw Stage.failed(stream, e);
    }
  }

  /** What a host brings when it is asked for evidence. */
  AttestResponse attest(Bytes nonce) {
    GetEvidenceResponse evidence = agent().getEvidence(new GetEvidenceRequest(nonce));
    return new AttestResponse(
        evidence.type(), evidence.report(), evidence.certificates(), sandbox.spec().initdata());
  }

  @Override
  public void close() {
    host.sandboxes().stop(sandbox.id());
  }
}
