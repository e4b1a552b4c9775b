package dev.cloister.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions over a device that behaves like a virtio-serial port: one endless stream of bytes. */
@Timeout(30)
class SerialPortTest {

  private static final ThreadFactory PLATFORM = Thread.ofPlatform().daemon().factory();

  private final FakeDevice device = new FakeDevice();

  @BeforeEach
  void serve() {
    RpcService service =
        new ReportPortService.Dispatcher(
            request -> new SimulatorMessages.GetReportResponse(request.reportData(), Bytes.EMPTY));
    RpcServer server = new RpcServer(List.of(service), new RpcLimits(1 << 16, 8, 8), PLATFORM);
    PLATFORM.newThread(() -> serve(server)).start();
  }

  @AfterEach
  void stop() throws IOException {
    device.close();
  }

  private void serve(RpcServer server) {
    try {
      server.serve(new SerialPort(device));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String call(String text) throws IOException {
    return call(text, Duration.ofSeconds(10));
  }

  private String call(String text, Duration timeout) throws IOException {
    Wire wire = SerialSession.open(device.host(), new Random());
    RpcClient rpc = new RpcClient(wire, RpcLimits.STANDARD, PLATFORM, new Random());
    ReportPortService.Client client = new ReportPortService.Client(rpc, timeout);
    return client
        .getReport(new SimulatorMessages.GetReportRequest(Bytes.ofUtf8(text)))
        .report()
        .toUtf8();
  }

  @Test
  void answersOnePeerAfterTheOther() throws IOException {
    assertThat(call("first")).isEqualTo("first");
    assertThat(call("second")).isEqualTo("second");
  }

  @Test
  void answersAtOnceARequestWhoseLastByteMayBeginAnotherSession() throws IOException {
    // The last field is the time limit; 60 s in nanoseconds end with the byte 1 as a varint.
    assertThat(call("first", Duration.ofSeconds(60))).isEqualTo("first");
    assertThat(call("second", Duration.ofSeconds(60))).isEqualTo("second");
  }

  @Test
  void dropsAHalfFrameThatTheFormerPeerLeft() throws IOException {
    assertThat(call("first")).isEqualTo("first");
    byte[] half = new byte[Frame.HEADER_BYTES + 100];
    FrameChannel.putInt32(half, 0, 60_000);
    device.send(half);
    assertThat(call("second")).isEqualTo("second");
  }

  @Test
  void aDisconnectDropsAHalfFrame() throws IOException {
    assertThat(call("first")).isEqualTo("first");
    device.send(new byte[] {0, 0, 1});
    device.send(new byte[0]);
    assertThat(call("second")).isEqualTo("second");
  }

  @Test
  void answersAfterAThousandMalformedFramesInOneStream() throws IOException {
    Random random = new Random(5);
    for (int i = 0; i < 1000; i++) {
      byte[] junk = new byte[random.nextInt(300)];
      random.nextBytes(junk);
      device.send(junk);
    }
    assertThat(call("alive")).isEqualTo("alive");
  }

  @Test
  void findsTheBeginningWhereverTheDeviceCutsTheBytes() throws IOException {
    device.pieces = 1;
    assertThat(call("one by one")).isEqualTo("one by one");
    device.pieces = 7;
    assertThat(call("by seven")).isEqualTo("by seven");
  }

  @Test
  void anAnswerToTheFormerPeerDoesNotReachTheNext() throws IOException {
    Wire wire = SerialSession.open(device.host(), new Random());
    FrameChannel former = new FrameChannel(wire, 1 << 16);
    former.write(
        9,
        Frame.REQUEST,
        RpcRequest.write(
            ReportPortService.NAME,
            "GetReport",
            new SimulatorMessages.GetReportRequest(Bytes.ofUtf8("former")),
            0));
    assertThat(call("next")).isEqualTo("next");
  }

  @Test
  void openingFailsWhereThePortIsClosed() throws IOException {
    PipedOutputStream out = new PipedOutputStream();
    Wire dead = Wire.of(new PipedInputStream(), new java.io.ByteArrayOutputStream());
    out.close();
    dead.close();
    assertThatThrownBy(() -> SerialSession.open(dead, new Random()))
        .isInstanceOf(IOException.class);
  }

  /** Both directions as queues; an empty piece is a moment without a host. */
  private static final class FakeDevice implements SerialPort.Device {
    private final LinkedBlockingQueue<byte[]> toGuest = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<byte[]> toHost = new LinkedBlockingQueue<>();
    private volatile int pieces = Integer.MAX_VALUE;
    private volatile boolean closed;
    private final AtomicInteger connections = new AtomicInteger();
    private byte[] rest = new byte[0];

    void send(byte[] bytes) {
      toGuest.add(bytes);
    }

    Wire host() throws IOException {
      connections.incrementAndGet();
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return new Wire() {
        private final int mine = connections.get();
        private byte[] left = new byte[0];

        private byte[] poll() throws IOException {
          try {
            byte[] piece = toHost.poll(5, TimeUnit.MILLISECONDS);
            return piece == null ? new byte[0] : piece;
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        }

        @Override
        public boolean awaitPeer() {
          return true;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
          while (left.length == 0) {
            if (mine != connections.get()) {
              return -1;
            }
            left = poll();
          }
          int count = Math.min(length, left.length);
          System.arraycopy(left, 0, into, from, count);
          left = Arrays.copyOfRange(left, count, left.length);
          return count;
        }

        @Override
        public void write(byte[] source, int from, int length) {
          send(Arrays.copyOfRange(source, from, from + length));
        }

        @Override
        public void close() {}
      };
    }

    private static byte[] take(LinkedBlockingQueue<byte[]> queue) throws IOException {
      try {
        return queue.take();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (rest.length == 0) {
        rest = take(toGuest);
      }
      if (closed) {
        throw new IOException("closed");
      }
      int count = Math.min(pieces, Math.min(length, rest.length));
      System.arraycopy(rest, 0, into, from, count);
      rest = Arrays.copyOfRange(rest, count, rest.length);
      return count;
    }

    @Override
    public void write(byte[] source, int from, int length) {
      toHost.add(Arrays.copyOfRange(source, from, from + length));
    }

    @Override
    public void close() {
      closed = true;
      toGuest.add(new byte[1]);
    }
  }
}
