package dev.cloister.rpc;

import dev.cloister.rpc.CoordinatorMessages.GetHistoryRequest;
import dev.cloister.rpc.CoordinatorMessages.GetHistoryResponse;
import dev.cloister.rpc.CoordinatorMessages.GetStateResponse;
import dev.cloister.rpc.CoordinatorMessages.JoinRequest;
import dev.cloister.rpc.CoordinatorMessages.JoinResponse;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionRequest;
import dev.cloister.rpc.CoordinatorMessages.SetTransitionResponse;
import dev.cloister.rpc.CoordinatorMessages.SubmitShareRequest;
import dev.cloister.rpc.CoordinatorMessages.SubmitShareResponse;
import dev.cloister.rpc.CoordinatorMessages.WaitHeadRequest;
import dev.cloister.rpc.CoordinatorMessages.WaitHeadResponse;
import java.time.Duration;

/** The service {@code cloister.coordinator.v1.Coordinator}: see its proto file. */
public interface CoordinatorService {

  /** The name on the wire. */
  String NAME = "cloister.coordinator.v1.Coordinator";

  /** What the Coordinator says about itself; nothing of it is proven because it says so. */
  GetStateResponse getState();

  /** A page of the history, at most 4 MiB. */
  GetHistoryResponse getHistory(GetHistoryRequest request);

  /** Puts a transition into force where the newest one is still the expected one. */
  SetTransitionResponse setTransition(SetTransitionRequest request);

  /** Hands in the share of one recovery owner; those of others may come hours later. */
  SubmitShareResponse submitShare(SubmitShareRequest request);

  /** A certificate for the pod whose initdata the channel proved. */
  JoinResponse join(JoinRequest request);

  /** Blocks until the newest transition is another than the known one, at most 60 seconds. */
  WaitHeadResponse waitHead(WaitHeadRequest request);

  /** Calls the service at the other end of a connection. Safe for use by any thread. */
  final class Client implements CoordinatorService {
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
    public GetStateResponse getState() {
      return GetStateResponse.read(rpc.call(NAME, "GetState", Empty.INSTANCE, timeout));
    }

    @Override
    public GetHistoryResponse getHistory(GetHistoryRequest request) {
      return GetHistoryResponse.read(rpc.call(NAME, "GetHistory", request, timeout));
    }

    @Override
    public SetTransitionResponse setTransition(SetTransitionRequest request) {
      return SetTransitionResponse.read(rpc.call(NAME, "SetTransition", request, timeout));
    }

    @Override
    public SubmitShareResponse submitShare(SubmitShareRequest request) {
      return SubmitShareResponse.read(rpc.call(NAME, "SubmitShare", request, timeout));
    }

    @Override
    public JoinResponse join(JoinRequest request) {
      return JoinResponse.read(rpc.call(NAME, "Join", request, timeout));
    }

    @Override
    public WaitHeadResponse waitHead(WaitHeadRequest request) {
      return WaitHeadResponse.read(rpc.call(NAME, "WaitHead", request, timeout));
    }
  }

  /** Answers calls with the methods of a {@link CoordinatorService}. */
  final class Dispatcher implements RpcService {
    private final CoordinatorService service;

    /** Passes calls on to the service. */
    public Dispatcher(CoordinatorService service) {
      this.service = service;
    }

    @Override
    public String name() {
      return NAME;
    }

    /** Whoever waits for a transition takes no thread when its caller has gone. */
    @Override
    public boolean endsWithCaller(String method) {
      return method.equals("WaitHead");
    }

    @Override
    public ProtoMessage call(RpcRequest request) {
      ProtoReader in = request.reader();
      return switch (request.method()) {
        case "GetState" -> {
          Empty.read(in);
          yield service.getState();
        }
        case "GetHistory" -> service.getHistory(GetHistoryRequest.read(in));
        case "SetTransition" -> service.setTransition(SetTransitionRequest.read(in));
        case "SubmitShare" -> service.submitShare(SubmitShareRequest.read(in));
        case "Join" -> service.join(JoinRequest.read(in));
        case "WaitHead" -> service.waitHead(WaitHeadRequest.read(in));
        default -> throw request.unknownMethod();
      };
    }
  }
}
