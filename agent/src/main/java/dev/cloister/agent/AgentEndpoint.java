package dev.cloister.agent;

import dev.cloister.attestation.ReportData;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.ExecId;
import dev.cloister.policy.Guard;
import dev.cloister.policy.HostRequest;
import dev.cloister.policy.Instance;
import dev.cloister.policy.InstanceId;
import dev.cloister.policy.Target;
import dev.cloister.rpc.AgentContainers;
import dev.cloister.rpc.AgentInfo;
import dev.cloister.rpc.AgentMesh;
import dev.cloister.rpc.AgentSandbox;
import dev.cloister.rpc.AgentService;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers the host: {@code Hello} at once, everything else when the initdata has been checked. Each
 * call comes in a thread of its own.
 */
final class AgentEndpoint implements AgentService {

  private static final String VERSION = "0.1.0";
  private static final int MIN_NONCE = 16;
  private static final int MAX_NONCE = 64;
  private static final int MAX_REFUSALS = 64;

  private final Boot boot;
  private final long mainMillis;

  AgentEndpoint(Boot boot, long mainMillis) {
    this.boot = boot;
    this.mainMillis = mainMillis;
  }

  @Override
  public AgentInfo.HelloResponse hello() {
    return new AgentInfo.HelloResponse(VERSION, boot.digest(), mainMillis, Agent.monotonicMillis());
  }

  @Override
  public AgentInfo.GetEvidenceResponse getEvidence(AgentInfo.GetEvidenceRequest request) {
    Bytes nonce = request.nonce();
    if (nonce.size() < MIN_NONCE || nonce.size() > MAX_NONCE) {
      throw new CloisterException(AgentError.REQUEST, "nonce", "16 to 64 bytes");
    }
    EvidenceSource.Raw evidence = boot.evidence().report(ReportData.ofNonce(nonce));
    return new AgentInfo.GetEvidenceResponse(
        evidence.type().text(), evidence.report(), evidence.certificates());
  }

  @Override
  public AgentInfo.GetStatusResponse getStatus(AgentInfo.GetStatusRequest request) {
    Pod pod = boot.pod();
    Guard guard = pod.guard();
    List<AgentInfo.Instance> instances = new ArrayList<>();
    for (Instance instance : guard.instances()) {
      instances.add(status(pod.runs(), instance));
    }
    List<AgentInfo.Refusal> refusals = new ArrayList<>();
    for (dev.cloister.policy.Refusal refusal : guard.refusalsAfter(request.afterRefusal())) {
      refusals.add(
          new AgentInfo.Refusal(
              refusal.sequence(),
              refusal.operation(),
              refusal.code().code(),
              refusal.path(),
              refusal.detail()));
    }
    int from = Math.max(0, refusals.size() - MAX_REFUSALS);
    return new AgentInfo.GetStatusResponse(
        guard.phase().name(),
        instances,
        refusals.subList(from, refusals.size()),
        pod.membership().view(pod.mesh().state(), pod.mesh().reason()));
  }

  @Override
  public AgentMesh.GetMeshResponse getMesh(AgentMesh.GetMeshRequest request) {
    Pod pod = boot.pod();
    return MeshView.of(pod.mesh(), pod.journal(), request);
  }

  private static AgentInfo.Instance status(Runs runs, Instance instance) {
    long started = 0;
    long exited = 0;
    if (instance.state() != Instance.State.RESERVED) {
      ContainerRun run = runs.get(instance.id());
      started = run.startedMillis();
      exited = run.ending().millis();
    }
    return new AgentInfo.Instance(
        instance.id().value(),
        instance.container(),
        instance.state().word(),
        instance.exitCode(),
        started,
        exited);
  }

  @Override
  public void openSandbox(AgentSandbox.OpenSandboxRequest request) {
    boot.pod().open(Requests.of(request));
  }

  @Override
  public void setNetwork(AgentSandbox.SetNetworkRequest request) {
    boot.pod().connect(Requests.of(request));
  }

  @Override
  public void setCoordinator(AgentSandbox.SetCoordinatorRequest request) {
    boot.pod().coordinator(new HostRequest.SetCoordinator(request.address()));
  }

  @Override
  public void setResolver(AgentSandbox.SetResolverRequest request) {
    boot.pod()
        .setResolver(new HostRequest.SetResolver(request.nameServers(), request.clusterDomain()));
  }

  @Override
  public void setServiceLinks(AgentSandbox.SetServiceLinksRequest request) {
    boot.pod().setServiceLinks(Requests.of(request));
  }

  @Override
  public void putFiles(AgentSandbox.PutFilesRequest request) {
    boot.pod().put(Requests.of(request));
  }

  @Override
  public void attachDevice(AgentSandbox.AttachDeviceRequest request) {
    if (request.imageRoot().isEmpty() == request.volume().isEmpty()) {
      throw new CloisterException(
          AgentError.REQUEST, "image_root", "either an image or a volume, exactly one of them");
    }
    Pod pod = boot.pod();
    if (request.volume().isEmpty()) {
      pod.attach(new HostRequest.AttachImage(request.serial(), request.imageRoot()));
    } else {
      pod.guard()
          .decide(new HostRequest.AttachVolume(request.serial(), request.volume()))
          .orThrow();
    }
  }

  @Override
  public void create(AgentContainers.CreateRequest request) {
    boot.pod()
        .create(new HostRequest.Create(request.container(), new InstanceId(request.instance())));
  }

  @Override
  public void start(AgentContainers.StartRequest request) {
    boot.pod().start(new HostRequest.Start(new InstanceId(request.instance())));
  }

  @Override
  public AgentContainers.WaitResponse await(AgentContainers.WaitRequest request) {
    Ending ending =
        boot.pod().await(new HostRequest.Wait(Target.of(request.instance(), request.exec())));
    int code = ending.await();
    return new AgentContainers.WaitResponse(code, ending.millis());
  }

  @Override
  public void exec(AgentContainers.ExecRequest request) {
    boot.pod()
        .exec(
            new HostRequest.Exec(
                new InstanceId(request.instance()),
                new ExecId(request.exec()),
                request.argv(),
                request.tty(),
                request.stdin()));
  }

  @Override
  public void signal(AgentContainers.SignalRequest request) {
    boot.pod()
        .signal(
            new HostRequest.SendSignal(
                Target.of(request.instance(), request.exec()), request.signal()));
  }

  @Override
  public void closeStdin(AgentContainers.CloseStdinRequest request) {
    Target target = Target.of(request.instance(), request.exec());
    boot.pod().guard().decide(new HostRequest.CloseStdin(target)).orThrow().reservation().commit();
    throw new CloisterException(AgentError.UNSUPPORTED, "stdin", "standard input");
  }

  @Override
  public void resizeTerminal(AgentContainers.ResizeTerminalRequest request) {
    Target target = Target.of(request.instance(), request.exec());
    boot.pod()
        .guard()
        .decide(new HostRequest.ResizeTerminal(target, request.columns(), request.rows()))
        .orThrow()
        .reservation()
        .commit();
    throw new CloisterException(AgentError.UNSUPPORTED, "tty", "terminals");
  }

  @Override
  public void resizeResources(AgentContainers.ResizeResourcesRequest request) {
    boot.pod()
        .resize(
            new HostRequest.ResizeResources(
                new InstanceId(request.instance()), request.cpuMilli(), request.memoryMib()));
  }

  @Override
  public AgentInfo.GetStatsResponse getStats() {
    return Statistics.read(boot.pod().runs());
  }

  @Override
  public void remove(AgentContainers.RemoveRequest request) {
    boot.pod().remove(new HostRequest.Remove(new InstanceId(request.instance())));
  }

  @Override
  public void closeSandbox(AgentSandbox.CloseSandboxRequest request) {
    boot.pod().close(new HostRequest.CloseSandbox(request.graceMillis()));
    AgentThreads.start("power-off", new PowerOff());
  }

  /** Ends the agent, and with it the VM, when the answer has had time to leave. */
  private static final class PowerOff implements Runnable {
    private static final long ANSWER_MILLIS = 200;

    @Override
    public void run() {
      try {
        Thread.sleep(ANSWER_MILLIS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      Runtime.getRuntime().halt(0);
    }
  }
}
