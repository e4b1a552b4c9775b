package dev.cloister.rpc;

import dev.cloister.rpc.SimulatorMessages.GetVendorResponse;
import dev.cloister.rpc.SimulatorMessages.LaunchRequest;
import dev.cloister.rpc.SimulatorMessages.LaunchResponse;
import java.time.Duration;

/** The service {@code cloister.simulator.v1.Simulator}: see its proto file. */
public interface SimulatorService {

  /** The name on the wire. */
  String NAME = "cloister.simulator.v1.Simulator";

  /** Opens the boot files once, measures them, starts QEMU on those same bytes. */
  LaunchResponse launch(LaunchRequest request);

  /** The simulated vendor's certificates. */
  GetVendorResponse getVendor();

  /** Calls the service at the other end of a connection. Safe for use by any thread. */
  final class Client implements SimulatorService {
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
    public LaunchResponse launch(LaunchRequest request) {
      return LaunchResponse.read(rpc.call(NAME, "Launch", request, timeout));
    }

    @Override
    public GetVendorResponse getVendor() {
      return GetVendorResponse.read(rpc.call(NAME, "GetVendor", Empty.INSTANCE, timeout));
    }
  }

  /** Answers calls with the methods of a {@link SimulatorService}. */
  final class Dispatcher implements RpcService {
    private final SimulatorService service;

    /** Passes calls on to the service. */
    public Dispatcher(SimulatorService service) {
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
        case "Launch" -> service.launch(LaunchRequest.read(in));
        case "GetVendor" -> {
          Empty.read(in);
          yield service.getVendor();
        }
        default -> throw request.unknownMethod();
      };
    }
  }
}
