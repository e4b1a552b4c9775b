package dev.cloister.rpc;

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
import java.time.Duration;

/** The service {@code cloister.node.v1.Node}: see its proto file. */
public interface NodeService {

  /** The name on the wire. */
  String NAME = "cloister.node.v1.Node";

  /** Asks for {@code GetInfo}. */
  GetInfoResponse getInfo();

  /** Starts a pod and answers when it has been accepted; its progress shows in ListPods. */
  RunPodResponse runPod(RunPodRequest request);

  /** What a pod was started with, so that more like it can be started. */
  RunPodRequest getPodOrder(GetPodOrderRequest request);

  /** Asks for {@code ListPods}. */
  ListPodsResponse listPods();

  /** Answers when no process, mount, tap and namespace of the pod is left. */
  void stopPod(StopPodRequest request);

  /** A fresh nonce through the host to the agent. */
  AttestResponse attest(AttestRequest request);

  /** Runs a command that the policy lists; blocks until it ends. Output up to 1 MiB. */
  ExecResponse exec(ExecRequest request);

  /** A piece of the log of a container, from an offset; empty at the end. */
  ReadLogResponse readLog(ReadLogRequest request);

  /** What the agent of a pod tells about its mesh. */
  GetMeshResponse getPodMesh(GetPodMeshRequest request);

  /** Asks for {@code Shutdown}. */
  void shutdown(ShutdownRequest request);

  /** Calls the service at the other end of a connection. Safe for use by any thread. */
  final class Client implements NodeService {
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
    public GetInfoResponse getInfo() {
      return GetInfoResponse.read(rpc.call(NAME, "GetInfo", Empty.INSTANCE, timeout));
    }

    @Override
    public RunPodResponse runPod(RunPodRequest request) {
      return RunPodResponse.read(rpc.call(NAME, "RunPod", request, timeout));
    }

    @Override
    public RunPodRequest getPodOrder(GetPodOrderRequest request) {
      return RunPodRequest.read(rpc.call(NAME, "GetPodOrder", request, timeout));
    }

    @Override
    public ListPodsResponse listPods() {
      return ListPodsResponse.read(rpc.call(NAME, "ListPods", Empty.INSTANCE, timeout));
    }

    @Override
    public void stopPod(StopPodRequest request) {
      Empty.read(rpc.call(NAME, "StopPod", request, timeout));
    }

    @Override
    public AttestResponse attest(AttestRequest request) {
      return AttestResponse.read(rpc.call(NAME, "Attest", request, timeout));
    }

    @Override
    public ExecResponse exec(ExecRequest request) {
      return ExecResponse.read(rpc.call(NAME, "Exec", request, timeout));
    }

    @Override
    public ReadLogResponse readLog(ReadLogRequest request) {
      return ReadLogResponse.read(rpc.call(NAME, "ReadLog", request, timeout));
    }

    @Override
    public GetMeshResponse getPodMesh(GetPodMeshRequest request) {
      return GetMeshResponse.read(rpc.call(NAME, "GetPodMesh", request, timeout));
    }

    @Override
    public void shutdown(ShutdownRequest request) {
      Empty.read(rpc.call(NAME, "Shutdown", request, timeout));
    }
  }

  /** Answers calls with the methods of a {@link NodeService}. */
  final class Dispatcher implements RpcService {
    private final NodeService service;

    /** Passes calls on to the service. */
    public Dispatcher(NodeService service) {
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
        case "GetInfo" -> {
          Empty.read(in);
          yield service.getInfo();
        }
        case "RunPod" -> service.runPod(RunPodRequest.read(in));
        case "GetPodOrder" -> service.getPodOrder(GetPodOrderRequest.read(in));
        case "ListPods" -> {
          Empty.read(in);
          yield service.listPods();
        }
        case "StopPod" -> {
          service.stopPod(StopPodRequest.read(in));
          yield Empty.INSTANCE;
        }
        case "Attest" -> service.attest(AttestRequest.read(in));
        case "Exec" -> service.exec(ExecRequest.read(in));
        case "GetPodMesh" -> service.getPodMesh(GetPodMeshRequest.read(in));
        case "ReadLog" -> service.readLog(ReadLogRequest.read(in));
        case "Shutdown" -> {
          service.shutdown(ShutdownRequest.read(in));
          yield Empty.INSTANCE;
        }
        default -> throw request.unknownMethod();
      };
    }
  }
}
