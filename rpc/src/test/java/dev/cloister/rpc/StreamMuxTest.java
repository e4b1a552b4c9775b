package dev.cloister.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two ends over a real Unix socket. */
@Timeout(30)
class StreamMuxTest {

  private static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();
  private static final StreamMux.Limits SMALL = new StreamMux.Limits(4096, 8);

  @TempDir private Path directory;
  private SocketChannel here;
  private SocketChannel there;
  private Thread serving;
  private int connections;

  @BeforeEach
  void connect() throws IOException {
    UnixDomainSocketAddress address =
        UnixDomainSocketAddress.of(directory.resolve("s" + connections++));
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(address);
      here = SocketChannel.open(address);
      there = listener.accept();
    }
    serving = VIRTUAL.newThread(this::serve);
    serving.start();
  }

  @AfterEach
  void close() throws IOException {
    here.close();
    there.close();
  }

  private void serve() {
    try {
      StreamMux.serve(Wire.of(there), SMALL, VIRTUAL, this::accept);
    } catch (IOException _) {
      // The test is over.
    }
  }

  private void accept(String name, MuxStream stream) {
    if (!name.equals("echo")) {
      throw new CloisterException(RpcError.STREAM_REFUSED, name, "closed by the policy");
    }
    byte[] buffer = new byte[1000];
    try {
      int got = stream.read(buffer, 0, buffer.length);
      while (got >= 0) {
        stream.write(buffer, 0, got);
        got = stream.read(buffer, 0, buffer.length);
      }
    } catch (IOException _) {
      // The opener has gone.
    }
  }

  private StreamMux opener() {
    return StreamMux.opener(Wire.of(here), SMALL, VIRTUAL);
  }

  @Test
  void carriesMoreThanTheWindowBothWays() throws Exception {
    echoesMoreThanTheWindow();
  }

  private void echoesMoreThanTheWindow() throws Exception {
    byte[] sent = new byte[300_000];
    new Random(3).nextBytes(sent);
    try (StreamMux mux = opener()) {
      MuxStream stream = mux.open("echo");
      VIRTUAL.newThread(() -> send(stream, sent)).start();
      assertThat(stream.input().readAllBytes()).isEqualTo(sent);
    }
  }

  private static void send(MuxStream stream, byte[] bytes) {
    try {
      stream.write(bytes, 0, bytes.length);
      stream.end();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aStalledReaderOfOneStreamStopsNoOther() throws Exception {
    try (StreamMux mux = opener()) {
      MuxStream stalled = mux.open("echo");
      Thread writer = VIRTUAL.newThread(() -> sendUntilClosed(stalled));
      writer.start();
      Thread.sleep(100);
      MuxStream other = mux.open("echo");
      byte[] text = "through".getBytes(StandardCharsets.UTF_8);
      other.write(text, 0, text.length);
      other.end();
      assertThat(other.input().readAllBytes()).isEqualTo(text);
      assertThat(writer.isAlive()).isTrue();
    }
  }

  private static void sendUntilClosed(MuxStream stream) {
    try {
      stream.write(new byte[100_000], 0, 100_000);
    } catch (IOException _) {
      // Closed at the end of the test.
    }
  }

  @Test
  void aRefusedStreamSaysWhy() throws Exception {
    try (StreamMux mux = opener()) {
      MuxStream stream = mux.open("web-1/stdout");
      assertThatThrownBy(() -> stream.read(new byte[1], 0, 1))
          .isInstanceOf(IOException.class)
          .hasMessage("CL-RPC-014 web-1/stdout: closed by the policy");
    }
  }

  @Test
  void aPeerThatSendsMoreThanItsCreditLosesTheConnection() throws Exception {
    FrameChannel raw = open(1, "echo");
    raw.write(1, Frame.DATA, new byte[4097], 0, 4097);
    serving.join();
    assertThat(serving.isAlive()).isFalse();
  }

  @Test
  void aPeerThatOpensANumberTwiceLosesTheConnection() throws Exception {
    FrameChannel raw = open(1, "echo");
    raw.write(1, Frame.OPEN, opening("echo"), 0, 8);
    serving.join();
    assertThat(serving.isAlive()).isFalse();
  }

  @Test
  void aPeerThatOpensTooManyLosesTheConnection() throws Exception {
    FrameChannel raw = open(1, "echo");
    for (int id = 2; id < 10; id++) {
      raw.write(id, Frame.OPEN, opening("echo"), 0, 8);
    }
    serving.join();
    assertThat(serving.isAlive()).isFalse();
  }

  @Test
  void malformedFramesEndTheConnectionAndNothingElse() throws Exception {
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      close();
      connect();
      byte[] junk = new byte[random.nextInt(64)];
      random.nextBytes(junk);
      FrameChannel raw = new FrameChannel(Wire.of(here), 4096);
      raw.write(random.nextInt(3), 15 + random.nextInt(7), junk, 0, junk.length);
      here.shutdownOutput();
      serving.join();
    }
    close();
    connect();
    echoesMoreThanTheWindow();
  }

  private FrameChannel open(int id, String name) throws IOException {
    FrameChannel raw = new FrameChannel(Wire.of(here), 4096);
    byte[] payload = opening(name);
    raw.write(id, Frame.OPEN, payload, 0, payload.length);
    return raw;
  }

  private static byte[] opening(String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    byte[] payload = new byte[4 + text.length];
    FrameChannel.putInt32(payload, 0, 4096);
    System.arraycopy(text, 0, payload, 4, text.length);
    return payload;
  }
}
