package dev.cloister.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Client and server over a real Unix socket. */
@Timeout(30)
class RpcTest {

  private static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();
  private static final RpcLimits SMALL = new RpcLimits(64 * 1024, 4, 16);

  @TempDir private Path directory;
  private ServerSocketChannel listener;
  private UnixDomainSocketAddress address;
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch held = new CountDownLatch(1);
  private final List<SocketChannel> channels = new ArrayList<>();

  @BeforeEach
  void listen() throws IOException {
    address = UnixDomainSocketAddress.of(directory.resolve("rpc.sock"));
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(address);
    RpcService service = new Waiting(new ReportPortService.Dispatcher(this::report));
    RpcServer server = new RpcServer(List.of(service), SMALL, VIRTUAL);
    VIRTUAL.newThread(() -> accept(server)).start();
  }

  @AfterEach
  void close() throws IOException {
    held.countDown();
    listener.close();
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }

  private void accept(RpcServer server) {
    try {
      while (true) {
        SocketChannel peer = listener.accept();
        VIRTUAL.newThread(() -> serve(server, peer)).start();
      }
    } catch (IOException _) {
      // The test is over.
    }
  }

  private static void serve(RpcServer server, SocketChannel peer) {
    try {
      server.serve(Wire.of(peer));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SimulatorMessages.GetReportResponse report(SimulatorMessages.GetReportRequest request) {
    if (request.reportData().isEmpty()) {
      throw new IllegalStateException("a mistake with a secret in its text");
    }
    if (request.reportData().at(0) == 'w') {
      try {
        held.await();
      } catch (InterruptedException e) {
        interrupted.countDown();
        throw new IllegalStateException(e);
      }
    }
    return new SimulatorMessages.GetReportResponse(request.reportData(), Bytes.EMPTY);
  }

  private SocketChannel connect() throws IOException {
    SocketChannel channel = SocketChannel.open(address);
    channels.add(channel);
    return channel;
  }

  private ReportPortService.Client client() throws IOException {
    return new ReportPortService.Client(rpc(), Duration.ofSeconds(10));
  }

  private RpcClient rpc() throws IOException {
    return new RpcClient(Wire.of(connect()), RpcLimits.STANDARD, VIRTUAL, new Random(1));
  }

  private static SimulatorMessages.GetReportRequest ask(String text) {
    return new SimulatorMessages.GetReportRequest(Bytes.ofUtf8(text));
  }

  @Test
  void answersOutOfOrder() throws Exception {
    ReportPortService.Client client = client();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Bytes> slow = executor.submit(() -> client.getReport(ask("wait")).report());
      for (int i = 0; i < 100; i++) {
        assertThat(client.getReport(ask("fast")).report()).isEqualTo(Bytes.ofUtf8("fast"));
      }
      assertThat(slow.isDone()).isFalse();
      held.countDown();
      assertThat(slow.get()).isEqualTo(Bytes.ofUtf8("wait"));
    }
  }

  @Test
  void givesUpAfterTheTimeoutAndGoesOn() throws Exception {
    ReportPortService.Client client = client();
    refuses(RpcError.TIMED_OUT, () -> client.within(Duration.ofMillis(50)).getReport(ask("wait")));
    held.countDown();
    assertThat(client.getReport(ask("next")).report()).isEqualTo(Bytes.ofUtf8("next"));
  }

  @Test
  void refusesMoreCallsAtOnceThanTheLimit() throws Exception {
    ReportPortService.Client client = client();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        calls.add(executor.submit(() -> client.getReport(ask("wait"))));
      }
      int refused = 0;
      while (refused == 0) {
        Thread.sleep(5);
        for (Future<?> call : calls) {
          refused += call.state() == Future.State.FAILED ? 1 : 0;
        }
      }
      assertThat(refused).isEqualTo(1);
      held.countDown();
    }
  }

  @Test
  void refusesUnknownServicesAndMethods() throws Exception {
    RpcClient rpc = rpc();
    Duration limit = Duration.ofSeconds(10);
    refused(
        RpcStatus.UNIMPLEMENTED,
        "CL-RPC-006",
        () -> rpc.call("grpc.health.v1.Health", "Check", Empty.INSTANCE, limit));
    refused(
        RpcStatus.UNIMPLEMENTED,
        "CL-RPC-007",
        () -> rpc.call(ReportPortService.NAME, "GetKey", Empty.INSTANCE, limit));
  }

  @Test
  void refusesAnUnknownFieldOfAKnownMethod() throws Exception {
    RpcClient rpc = rpc();
    ProtoMessage surplus = out -> out.string(2, "surplus");
    refused(
        RpcStatus.INVALID_ARGUMENT,
        "CL-RPC-002",
        () -> rpc.call(ReportPortService.NAME, "GetReport", surplus, Duration.ofSeconds(10)));
  }

  @Test
  void hidesWhatAMistakeOfTheServiceSays() throws Exception {
    assertThatThrownBy(() -> client().getReport(ask("")))
        .isInstanceOf(PeerRefusal.class)
        .hasMessage("CL-RPC-013: the call failed");
  }

  @Test
  void failsOpenAndLaterCallsWhenTheConnectionEnds() throws Exception {
    RpcClient rpc = rpc();
    ReportPortService.Client client = new ReportPortService.Client(rpc, Duration.ofSeconds(10));
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> open = executor.submit(() -> client.getReport(ask("wait")));
      Thread.sleep(50);
      rpc.close();
      assertThatThrownBy(open::get).hasMessageContaining("CL-RPC-012");
      refuses(RpcError.CONNECTION_LOST, () -> client.getReport(ask("late")));
    }
  }

  @Test
  void aCallThatOnlyWaitsEndsWithItsCaller() throws Exception {
    RpcClient rpc = rpc();
    ReportPortService.Client client = new ReportPortService.Client(rpc, Duration.ofMillis(100));
    refuses(RpcError.TIMED_OUT, () -> client.getReport(ask("wait")));
    rpc.close();
    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** The service, whose calls only wait. */
  private record Waiting(RpcService service) implements RpcService {
    @Override
    public String name() {
      return service.name();
    }

    @Override
    public boolean endsWithCaller(String method) {
      return true;
    }

    @Override
    public ProtoMessage call(RpcRequest request) {
      return service.call(request);
    }
  }

  @Test
  void refusesAFrameOverTheLimitAndEndsTheConnection() throws Exception {
    SocketChannel raw = connect();
    raw.write(
        ByteBuffer.allocate(10).putInt(64 * 1024 + 1).putInt(5).put((byte) 1).put((byte) 0).flip());
    FrameChannel frames = new FrameChannel(Wire.of(raw), RpcLimits.MAX_FRAME_BYTES);
    Frame answer = next(frames);
    assertThat(answer.stream).isEqualTo(5);
    refused(
        RpcStatus.RESOURCE_EXHAUSTED,
        "CL-RPC-008",
        () -> RpcResponse.read(answer.payload, "GetReport", 1));
    assertThat(frames.read()).isNull();
  }

  @Test
  void answersFramesThatAreNoRequestsWithACodeAndGoesOn() throws Exception {
    SocketChannel raw = connect();
    FrameChannel frames = new FrameChannel(Wire.of(raw), RpcLimits.MAX_FRAME_BYTES);
    for (int type : new int[] {0, 2, 3, 16, 255}) {
      frames.write(7, type, new byte[12], 0, 12);
      Frame answer = next(frames);
      refused(
          RpcStatus.INVALID_ARGUMENT,
          "CL-RPC-009",
          () -> RpcResponse.read(answer.payload, "GetReport", 1));
    }
  }

  @Test
  void survivesAThousandMalformedFrames() throws Exception {
    Random random = new Random(99);
    for (int round = 0; round < 1000; round++) {
      byte[] junk = new byte[random.nextInt(200)];
      random.nextBytes(junk);
      if (junk.length > 9 && round % 2 == 0) {
        ByteBuffer.wrap(junk).putInt(0, junk.length - 10).putInt(4, 3).put(8, (byte) 1);
        junk[9] = 0;
      }
      SocketChannel raw = SocketChannel.open(address);
      raw.write(ByteBuffer.wrap(junk));
      raw.close();
    }
    assertThat(client().getReport(ask("alive")).report()).isEqualTo(Bytes.ofUtf8("alive"));
  }

  @Test
  void keepsWhatARefusalSays() {
    PeerRefusal refusal = PeerRefusal.of(7, "CL-AGT-004 containers[web].exec: not in the list");
    assertThat(refusal.code().code()).isEqualTo("CL-AGT-004");
    assertThat(refusal.where()).isEqualTo("containers[web].exec");
    assertThat(refusal.detail()).isEqualTo("not in the list");
    assertThat(refusal.status()).isEqualTo(RpcStatus.PERMISSION_DENIED);
  }

  private static Frame next(FrameChannel frames) throws IOException {
    Frame frame = frames.read();
    if (frame == null) {
      throw new AssertionError("the connection has ended");
    }
    return frame;
  }

  private static void refuses(RpcError code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(CloisterException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static void refused(RpcStatus status, String code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            PeerRefusal.class,
            e -> {
              assertThat(e.status()).isEqualTo(status);
              assertThat(e.code().code()).isEqualTo(code);
            });
  }
}
