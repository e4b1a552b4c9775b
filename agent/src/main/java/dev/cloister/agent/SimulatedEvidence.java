package dev.cloister.agent;

import dev.cloister.attestation.EvidenceType;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.ReportPortService;
import dev.cloister.rpc.RpcClient;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.SerialPort;
import dev.cloister.rpc.SimulatorMessages.GetReportRequest;
import dev.cloister.rpc.SimulatorMessages.GetReportResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** Reports of the simulated security processor, asked for over a port of its own. */
final class SimulatedEvidence implements EvidenceSource {

  private static final RpcLimits LIMITS = new RpcLimits(64 * 1024, 4, 16);
  private static final Duration TIME_LIMIT = Duration.ofSeconds(30);

  private final ReportPortService.Client port;

  SimulatedEvidence(Path device) {
    try {
      // The numbers of streams need not be secret: they only tell answers apart.
      Random streams = new Random(System.nanoTime());
      RpcClient client =
          new RpcClient(
              new SerialPort(device).plain(), LIMITS, new AgentThreads("evidence"), streams);
      this.port = new ReportPortService.Client(client, TIME_LIMIT);
    } catch (IOException e) {
      throw new CloisterException(
          AgentError.EVIDENCE, "cloister.psp", String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public Raw report(Bytes reportData) {
    GetReportResponse response = port.getReport(new GetReportRequest(reportData));
    return new Raw(EvidenceType.of(response.report()), response.report(), response.certificates());
  }
}
