package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.ExecPolicy;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.Release;
import dev.cloister.rpc.AgentInfo.GetEvidenceRequest;
import dev.cloister.rpc.AgentInfo.GetEvidenceResponse;
import dev.cloister.rpc.AgentMesh.GetMeshRequest;
import dev.cloister.rpc.AgentMesh.GetMeshResponse;
import dev.cloister.rpc.NodeAccess.AttestRequest;
import dev.cloister.rpc.NodeAccess.AttestResponse;
import dev.cloister.rpc.NodeAccess.ExecRequest;
import dev.cloister.rpc.NodeAccess.ExecResponse;
import dev.cloister.rpc.NodeAccess.GetPodMeshRequest;
import dev.cloister.rpc.NodeAccess.ReadLogRequest;
import dev.cloister.rpc.NodeAccess.ReadLogResponse;
import dev.cloister.rpc.NodePods.GetInfoResponse;
import dev.cloister.rpc.NodePods.GetPodOrderRequest;
import dev.cloister.rpc.NodePods.ListPodsResponse;
import dev.cloister.rpc.NodePods.RunPodRequest;
import dev.cloister.rpc.NodePods.RunPodResponse;
import dev.cloister.rpc.NodePods.ShutdownRequest;
import dev.cloister.rpc.NodePods.StopPodRequest;
import dev.cloister.rpc.NodeService;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/** Answers the command line. Each call runs in a thread of its own. */
final class NodeFrontend implements NodeService {

  private static final Duration LOG_WAIT = Duration.ofSeconds(10);
  private static final String VERSION = "0.1.0";

  private final LocalPods pods;
  private final Acceleration.Choice acceleration;
  private final Consumer<Boolean> shutdown;

  /**
   * @param shutdown called when the daemon shall end, once no pod runs any more where true
   */
  NodeFrontend(LocalPods pods, Acceleration.Choice acceleration, Consumer<Boolean> shutdown) {
    this.pods = pods;
    this.acceleration = acceleration;
    this.shutdown = shutdown;
  }

  @Override
  public GetInfoResponse getInfo() {
    return new GetInfoResponse(
        VERSION,
        ProcessHandle.current().pid(),
        acceleration.known().map(Acceleration::word).orElse(""),
        pods.settings().guestImage().map(Path::toString).orElse(""),
        pods.names().trouble());
  }

  @Override
  public RunPodResponse runPod(RunPodRequest request) {
    return new RunPodResponse(pods.run(request).order().id());
  }

  @Override
  public RunPodRequest getPodOrder(GetPodOrderRequest request) {
    return pods.find(request.id()).order().request();
  }

  @Override
  public ListPodsResponse listPods() {
    return new ListPodsResponse(pods.list().stream().map(LocalPod::view).toList());
  }

  @Override
  public void stopPod(StopPodRequest request) {
    pods.stop(request.id());
  }

  @Override
  public AttestResponse attest(AttestRequest request) {
    LocalPod pod = pods.find(request.id());
    GetEvidenceResponse evidence =
        pod.sandbox()
            .agent()
            .calls(PodContainer.CALL_LIMIT)
            .getEvidence(new GetEvidenceRequest(request.nonce()));
    return new AttestResponse(
        evidence.type(), evidence.report(), evidence.certificates(), pod.initdata());
  }

  @Override
  public GetMeshResponse getPodMesh(GetPodMeshRequest request) {
    LocalPod pod = pods.find(request.id());
    return pod.sandbox()
        .agent()
        .calls(PodContainer.CALL_LIMIT)
        .getMesh(new GetMeshRequest(request.afterSequence(), request.waitMillis()));
  }

  @Override
  public ExecResponse exec(ExecRequest request) {
    LocalPod pod = pods.find(request.id());
    pod.sandbox();
    PodContainer container = pod.container(request.container());
    PodExec.Result result =
        pod.exec()
            .run(
                container.instance(),
                request.argv(),
                givesOutput(container.commands(), request.argv()));
    return new ExecResponse(result.exitCode(), result.stdout(), result.stderr());
  }

  /** What no rule names is asked for with its output, and refused by the agent. */
  private static boolean givesOutput(List<ExecPolicy> commands, List<String> argv) {
    return commands.stream()
        .filter(command -> command.argv().equals(argv))
        .allMatch(command -> command.output() == Release.HOST);
  }

  @Override
  public ReadLogResponse readLog(ReadLogRequest request) {
    LocalPod pod = pods.find(request.id());
    try {
      BoundedLog.Piece piece =
          logOf(pod, request.container())
              .await(request.offset(), request.follow() ? LOG_WAIT : Duration.ZERO);
      return new ReadLogResponse(piece.data(), piece.nextOffset(), piece.ended());
    } catch (IOException e) {
      throw StateFile.failure(Path.of(request.container()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new ReadLogResponse(Bytes.EMPTY, request.offset(), false);
    }
  }

  private BoundedLog logOf(LocalPod pod, String container) {
    String id = pod.order().id();
    if (container.isEmpty()) {
      return pods.sandboxes()
          .find(id)
          .map(Sandbox::console)
          .orElseGet(() -> finished(pods.settings().directories().podState(id), "console.log"));
    }
    PodPolicy policy = pod.policy();
    boolean known = policy.containers().stream().anyMatch(one -> one.name().equals(container));
    if (!known) {
      throw new CloisterException(
          NodeError.NO_SUCH_CONTAINER,
          pod.order().fullName(),
          "no container is called " + container);
    }
    if (policy.container(container).logs().equals(dev.cloister.policy.LogPolicy.CLOSED)) {
      throw new CloisterException(
          NodeError.LOGS_CLOSED, container, "its logs are closed in the pod's policy");
    }
    return pod.findContainer(container)
        .map(found -> found.log().log())
        .orElseGet(() ->
            finished(
                pods.settings().directories().podState(id).resolve("logs"), container + ".log"));
  }

  private static BoundedLog finished(Path directory, String name) {
    BoundedLog log = new BoundedLog(directory.resolve(name), 2 << 20, 4);
    log.end();
    return log;
  }

  @Override
  public void shutdown(ShutdownRequest request) {
    if (request.stopPods()) {
      stopAll();
    }
    shutdown.accept(request.stopPods());
  }

  /** Stops all pods side by side; the first failure is reported when all have been tried. */
  private void stopAll() {
    List<FutureTask<Boolean>> stopping = new ArrayList<>();
    for (LocalPod pod : pods.list()) {
      String id = pod.order().id();
      stopping.add(
          pods.threads()
              .task(
                  "stop-" + id,
                  () -> {
                    pods.stop(id);
                    return true;
                  }));
    }
    for (FutureTask<Boolean> one : stopping) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof CloisterException failure
            ? failure
            : new CloisterException(NodeError.LEFT_BEHIND, "", String.valueOf(e.getCause()), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CloisterException(NodeError.LEFT_BEHIND, "", "interrupted", e);
      }
    }
  }
}
