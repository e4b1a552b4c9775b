package dev.cloister.rpc;

import dev.cloister.rpc.AgentContainers.CloseStdinRequest;
import dev.cloister.rpc.AgentContainers.CreateRequest;
import dev.cloister.rpc.AgentContainers.ExecRequest;
import dev.cloister.rpc.AgentContainers.RemoveRequest;
import dev.cloister.rpc.AgentContainers.ResizeResourcesRequest;
import dev.cloister.rpc.AgentContainers.ResizeTerminalRequest;
import dev.cloister.rpc.AgentContainers.SignalRequest;
import dev.cloister.rpc.AgentContainers.StartRequest;
import dev.cloister.rpc.AgentContainers.WaitRequest;
import dev.cloister.rpc.AgentContainers.WaitResponse;
import dev.cloister.rpc.AgentInfo.GetEvidenceRequest;
import dev.cloister.rpc.AgentInfo.GetEvidenceResponse;
import dev.cloister.rpc.AgentInfo.GetStatsResponse;
import dev.cloister.rpc.AgentInfo.GetStatusRequest;
import dev.cloister.rpc.AgentInfo.GetStatusResponse;
import dev.cloister.rpc.AgentInfo.HelloResponse;
import dev.cloister.rpc.AgentMesh.GetMeshRequest;
import dev.cloister.rpc.AgentMesh.GetMeshResponse;
import dev.cloister.rpc.AgentSandbox.AttachDeviceRequest;
import dev.cloister.rpc.AgentSandbox.CloseSandboxRequest;
import dev.cloister.rpc.AgentSandbox.OpenSandboxRequest;
import dev.cloister.rpc.AgentSandbox.PutFilesRequest;
import dev.cloister.rpc.AgentSandbox.SetCoordinatorRequest;
import dev.cloister.rpc.AgentSandbox.SetNetworkRequest;
import dev.cloister.rpc.AgentSandbox.SetResolverRequest;
import dev.cloister.rpc.AgentSandbox.SetServiceLinksRequest;
import java.time.Duration;

/** The service {@code cloister.agent.v1.Agent}: see its proto file. */
public interface AgentService {

  /** The name on the wire. */
  String NAME = "cloister.agent.v1.Agent";

  /** First call: says that the agent answers, before it has loaded anything. */
  HelloResponse hello();

  /** Evidence of kind "agent" over a nonce of the caller (design D4). */
  GetEvidenceResponse getEvidence(GetEvidenceRequest request);

  /** Instances, phase and the latest refusals. Nothing secret. */
  GetStatusResponse getStatus(GetStatusRequest request);

  /** What passed in the pod's mesh and what was refused. Nothing secret. */
  GetMeshResponse getMesh(GetMeshRequest request);

  /** Once: the facts that belong to this pod. */
  void openSandbox(OpenSandboxRequest request);

  /** Once, before the first container. */
  void setNetwork(SetNetworkRequest request);

  /** The Coordinator is said to be somewhere else now. Refused where the policy joins none. */
  void setCoordinator(SetCoordinatorRequest request);

  /** Asks for {@code SetResolver}. */
  void setResolver(SetResolverRequest request);

  /** Refused unless the policy opens service links. */
  void setServiceLinks(SetServiceLinksRequest request);

  /** The whole set of files of one declared file volume. */
  void putFiles(PutFilesRequest request);

  /** A disk has been plugged in: an image (by its verity root) or a declared volume. */
  void attachDevice(AttachDeviceRequest request);

  /** Asks for {@code Create}. */
  void create(CreateRequest request);

  /** Asks for {@code Start}. */
  void start(StartRequest request);

  /** Blocks until the instance or exec ends; answered with what the agent's own wait saw. */
  WaitResponse await(WaitRequest request);

  /** Only what the policy lists for that container. */
  void exec(ExecRequest request);

  /** Asks for {@code Signal}. */
  void signal(SignalRequest request);

  /** Asks for {@code CloseStdin}. */
  void closeStdin(CloseStdinRequest request);

  /** Asks for {@code ResizeTerminal}. */
  void resizeTerminal(ResizeTerminalRequest request);

  /** Within the range that the policy gives. */
  void resizeResources(ResizeResourcesRequest request);

  /** Asks for {@code GetStats}. */
  GetStatsResponse getStats();

  /** Only exited instances. */
  void remove(RemoveRequest request);

  /** Stops everything; the VM powers off after the answer. */
  void closeSandbox(CloseSandboxRequest request);

  /** Calls the service at the other end of a connection. Safe for use by any thread. */
  final class Client implements AgentService {
    private final RpcClient rpc;
    private final Duration timeout;

    /**
     * @param timeout for each call; more than the longest wait that a call may take
     */
    public Client(RpcClient rpc, Duration timeout) {
      this.rpc = rpc;
      this.timeout = timeout;
    }

    /** The same connection with another time limit. */
    public Client within(Duration other) {
      return new Client(rpc, other);
    }

    @Override
    public HelloResponse hello() {
      return HelloResponse.read(rpc.call(NAME, "Hello", Empty.INSTANCE, timeout));
    }

    @Override
    public GetEvidenceResponse getEvidence(GetEvidenceRequest request) {
      return GetEvidenceResponse.read(rpc.call(NAME, "GetEvidence", request, timeout));
    }

    @Override
    public GetStatusResponse getStatus(GetStatusRequest request) {
      return GetStatusResponse.read(rpc.call(NAME, "GetStatus", request, timeout));
    }

    @Override
    public GetMeshResponse getMesh(GetMeshRequest request) {
      return GetMeshResponse.read(rpc.call(NAME, "GetMesh", request, timeout));
    }

    @Override
    public void openSandbox(OpenSandboxRequest request) {
      Empty.read(rpc.call(NAME, "OpenSandbox", request, timeout));
    }

    @Override
    public void setNetwork(SetNetworkRequest request) {
      Empty.read(rpc.call(NAME, "SetNetwork", request, timeout));
    }

    @Override
    public void setCoordinator(SetCoordinatorRequest request) {
      Empty.read(rpc.call(NAME, "SetCoordinator", request, timeout));
    }

    @Override
    public void setResolver(SetResolverRequest request) {
      Empty.read(rpc.call(NAME, "SetResolver", request, timeout));
    }

    @Override
    public void setServiceLinks(SetServiceLinksRequest request) {
      Empty.read(rpc.call(NAME, "SetServiceLinks", request, timeout));
    }

    @Override
    public void putFiles(PutFilesRequest request) {
      Empty.read(rpc.call(NAME, "PutFiles", request, timeout));
    }

    @Override
    public void attachDevice(AttachDeviceRequest request) {
      Empty.read(rpc.call(NAME, "AttachDevice", request, timeout));
    }

    @Override
    public void create(CreateRequest request) {
      Empty.read(rpc.call(NAME, "Create", request, timeout));
    }

    @Override
    public void start(StartRequest request) {
      Empty.read(rpc.call(NAME, "Start", request, timeout));
    }

    @Override
    public WaitResponse await(WaitRequest request) {
      return WaitResponse.read(rpc.call(NAME, "Wait", request, timeout));
    }

    @Override
    public void exec(ExecRequest request) {
      Empty.read(rpc.call(NAME, "Exec", request, timeout));
    }

    @Override
    public void signal(SignalRequest request) {
      Empty.read(rpc.call(NAME, "Signal", request, timeout));
    }

    @Override
    public void closeStdin(CloseStdinRequest request) {
      Empty.read(rpc.call(NAME, "CloseStdin", request, timeout));
    }

    @Override
    public void resizeTerminal(ResizeTerminalRequest request) {
      Empty.read(rpc.call(NAME, "ResizeTerminal", request, timeout));
    }

    @Override
    public void resizeResources(ResizeResourcesRequest request) {
      Empty.read(rpc.call(NAME, "ResizeResources", request, timeout));
    }

    @Override
    public GetStatsResponse getStats() {
      return GetStatsResponse.read(rpc.call(NAME, "GetStats", Empty.INSTANCE, timeout));
    }

    @Override
    public void remove(RemoveRequest request) {
      Empty.read(rpc.call(NAME, "Remove", request, timeout));
    }

    @Override
    public void closeSandbox(CloseSandboxRequest request) {
      Empty.read(rpc.call(NAME, "CloseSandbox", request, timeout));
    }
  }

  /** Answers calls with the methods of a {@link AgentService}. */
  final class Dispatcher implements RpcService {
    private final AgentService service;

    /** Passes calls on to the service. */
    public Dispatcher(AgentService service) {
      this.service = service;
    }

    @Override
    public String name() {
      return NAME;
    }

    @Override
    public ProtoMessage call(RpcRequest request) {
      ProtoReader in = request.reader();
      return switch (request.method()) {
        case "Hello" -> {
          Empty.read(in);
          yield service.hello();
        }
        case "GetEvidence" -> service.getEvidence(GetEvidenceRequest.read(in));
        case "GetStatus" -> service.getStatus(GetStatusRequest.read(in));
        case "GetMesh" -> service.getMesh(GetMeshRequest.read(in));
        case "OpenSandbox" -> {
          service.openSandbox(OpenSandboxRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "SetNetwork" -> {
          service.setNetwork(SetNetworkRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "SetCoordinator" -> {
          service.setCoordinator(SetCoordinatorRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "SetResolver" -> {
          service.setResolver(SetResolverRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "SetServiceLinks" -> {
          service.setServiceLinks(SetServiceLinksRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "PutFiles" -> {
          service.putFiles(PutFilesRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "AttachDevice" -> {
          service.attachDevice(AttachDeviceRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "Create" -> {
          service.create(CreateRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "Start" -> {
          service.start(StartRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "Wait" -> service.await(WaitRequest.read(in));
        case "Exec" -> {
          service.exec(ExecRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "Signal" -> {
          service.signal(SignalRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "CloseStdin" -> {
          service.closeStdin(CloseStdinRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "ResizeTerminal" -> {
          service.resizeTerminal(ResizeTerminalRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "ResizeResources" -> {
          service.resizeResources(ResizeResourcesRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "GetStats" -> {
          Empty.read(in);
          yield service.getStats();
        }
        case "Remove" -> {
          service.remove(RemoveRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "CloseSandbox" -> {
          service.closeSandbox(CloseSandboxRequest.read(in));
          yield Empty.INSTANCE;
        }
        default -> throw request.unknownMethod();
      };
    }
  }
}
