package dev.cloister.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.attestation.Evidence;
import dev.cloister.attestation.EvidenceType;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.Expectation;
import dev.cloister.attestation.SnpReport;
import dev.cloister.attestation.TdMeasurements;
import dev.cloister.attestation.TdxEvidence;
import dev.cloister.attestation.Trusted;
import dev.cloister.attestation.Verdict;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.ReportPortService;
import dev.cloister.rpc.RpcClient;
import dev.cloister.rpc.RpcError;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.SimulatorMessages.GetReportRequest;
import dev.cloister.rpc.SimulatorMessages.GetReportResponse;
import dev.cloister.rpc.Wire;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportPortTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final MeasuredLaunch LAUNCH =
      new MeasuredLaunch(
          Bytes.ofUtf8("launch").sha384(),
          Bytes.ofUtf8("initdata").sha256(),
          Bytes.ofUtf8("vm").sha256());

  @TempDir Path directory;
  private final AtomicInteger firstRequests = new AtomicInteger();
  private ReportPort port;

  @BeforeEach
  void open() {
    port = ReportPort.open(directory, SharedVendor.BOTH, LAUNCH, firstRequests::incrementAndGet);
  }

  @AfterEach
  void close() {
    port.close();
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("psp.sock")));
  }

  private RpcClient client() throws IOException {
    return new RpcClient(
        Wire.of(connect()), RpcLimits.STANDARD, Thread.ofVirtual().factory(), new Random(1));
  }

  private static GetReportResponse ask(RpcClient client, Bytes reportData) {
    return new ReportPortService.Client(client, TIMEOUT)
        .getReport(new GetReportRequest(reportData));
  }

  @Test
  void reportsSayWhatWasMeasuredAndAsked() throws IOException {
    Bytes question = Bytes.ofUtf8("question").sha512();
    try (RpcClient client = client()) {
      SnpReport report = SnpReport.parse(ask(client, question).report());
      assertThat(report.reportData()).isEqualTo(question);
      assertThat(report.measurement()).isEqualTo(LAUNCH.launchDigest());
      assertThat(report.hostData()).isEqualTo(LAUNCH.hostData());
      assertThat(report.version()).isEqualTo(5);
      ask(client, question);
    }
    assertThat(firstRequests).hasValue(1);
  }

  @Test
  void quotesSayWhatWasMeasuredAndAskedAndCarryTheirCollateral(@TempDir Path other)
      throws IOException {
    Bytes zero = Bytes.zeros(48);
    Bytes mrTd = Bytes.ofUtf8("td").sha384();
    MeasuredTd td =
        new MeasuredTd(
            new TdMeasurements(mrTd, List.of(mrTd.sha384(), zero, zero, zero)), LAUNCH.hostData());
    Bytes question = Bytes.ofUtf8("question").sha512();
    try (ReportPort quotes = ReportPort.open(other, SharedVendor.BOTH, td, () -> {});
        RpcClient client =
            new RpcClient(
                Wire.of(SocketChannel.open(UnixDomainSocketAddress.of(other.resolve("psp.sock")))),
                RpcLimits.STANDARD,
                Thread.ofVirtual().factory(),
                new Random(1))) {
      assertThat(quotes).isNotNull();
      GetReportResponse answer = ask(client, question);
      Evidence evidence =
          Evidence.of(EvidenceType.of(answer.report()), answer.report(), answer.certificates());
      assertThat(evidence).isInstanceOf(TdxEvidence.class);
      Verdict verdict =
          EvidenceVerifier.allowingSimulated()
              .verify(
                  evidence,
                  SimulatedTdxPlatform.referenceValue(
                      "guest", SharedVendor.TDX.rootKeyDigest(), td.measurements()),
                  Expectation.of(question, LAUNCH.hostData()),
                  SharedVendor.MADE);
      assertThat(verdict).as(verdict.toString()).isInstanceOf(Trusted.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 65, 512})
  void refusesReportDataOfAnotherLength(int length) throws IOException {
    try (RpcClient client = client()) {
      assertThatThrownBy(() -> ask(client, Bytes.zeros(length)))
          .isInstanceOfSatisfying(
              CloisterException.class, e -> assertThat(e.code().code()).isEqualTo("CL-SIM-009"));
    }
  }

  @Test
  void survivesAThousandMalformedFrames() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      byte[] frame = new byte[10 + random.nextInt(40)];
      random.nextBytes(frame);
      if (i % 2 == 0) {
        // A header of ttrpc with a small length, so that what follows is read as a message.
        System.arraycopy(new byte[] {0, 0, 0, (byte) (frame.length - 10)}, 0, frame, 0, 4);
        frame[8] = 1;
        frame[9] = 0;
      }
      try (SocketChannel channel = connect()) {
        channel.write(ByteBuffer.wrap(frame));
      }
    }
    try (RpcClient client = client()) {
      assertThat(ask(client, Bytes.zeros(64)).report().size()).isEqualTo(SnpReport.SIZE);
    }
  }

  @Test
  void endsTheConnectionBeforeWhenQemuConnectsAgain() throws IOException {
    try (RpcClient before = client();
        RpcClient after = client()) {
      assertThat(ask(after, Bytes.zeros(64)).report().size()).isEqualTo(SnpReport.SIZE);
      assertThatThrownBy(() -> ask(before, Bytes.zeros(64)))
          .isInstanceOfSatisfying(
              CloisterException.class,
              e -> assertThat(e.code()).isEqualTo(RpcError.CONNECTION_LOST));
    }
  }
}
