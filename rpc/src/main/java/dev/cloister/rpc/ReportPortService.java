package dev.cloister.rpc;

import dev.cloister.rpc.SimulatorMessages.GetReportRequest;
import dev.cloister.rpc.SimulatorMessages.GetReportResponse;
import java.time.Duration;

/**
 * The service {@code cloister.simulator.v1.ReportPort}: Spoken by the guest's agent over the
 * virtio-serial port "cloister.psp", as ttrpc: the stand-in for SNP_GET_EXT_REPORT of the genuine
 * security processor. One connection belongs to one VM.
 */
public interface ReportPortService {

  /** The name on the wire. */
  String NAME = "cloister.simulator.v1.ReportPort";

  /** Asks for {@code GetReport}. */
  GetReportResponse getReport(GetReportRequest request);

  /** Calls the service at the other end of a connection. Safe for use by any thread. */
  final class Client implements ReportPortService {
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
    public GetReportResponse getReport(GetReportRequest request) {
      return GetReportResponse.read(rpc.call(NAME, "GetReport", request, timeout));
    }
  }

  /** Answers calls with the methods of a {@link ReportPortService}. */
  final class Dispatcher implements RpcService {
    private final ReportPortService service;

    /** Passes calls on to the service. */
    public Dispatcher(ReportPortService service) {
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
        case "GetReport" -> service.getReport(GetReportRequest.read(in));
        default -> throw request.unknownMethod();
      };
    }
  }
}
