package dev.cloister.e2e;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/**
 * A host that sends rubbish to the agent's port: it must stay alive, sane and of bounded memory.
 */
record MalformedFrames() implements Attack {

  private static final int FRAMES = 1000;
  private static final int PER_CONNECTION = 20;
  private static final int MAX_BODY = 600;
  private static final long SEED = 20260101;
  private static final long MAX_RESIDENT_KIB = 128 << 10;

  @Override
  public String name() {
    return "a thousand malformed frames to the agent";
  }

  @Override
  public String refuser() {
    return "rpc in the agent";
  }

  @Override
  public String attempt(Stage stage) {
    HostilePod pod = stage.hostilePod().setUp();
    String before =
        pod.agent().getStatus(new dev.cloister.rpc.AgentInfo.GetStatusRequest(0)).phase();
    pod.sandbox().agent().disconnect();
    stage
        .terminal()
        .during(
            "sending " + FRAMES + " malformed frames",
            () -> send(pod.sandbox().agent().callSocket()));
    return examine(pod, before);
  }

  private static String examine(HostilePod pod, String before) {
    String after =
        pod.agent().getStatus(new dev.cloister.rpc.AgentInfo.GetStatusRequest(0)).phase();
    long resident = pod.agent().getStats().agentResidentKib();
    if (!after.equals(before)) {
      throw Refusals.notRefused("the pod went from " + before + " to " + after, null);
    }
    if (resident > MAX_RESIDENT_KIB) {
      throw Refusals.notRefused("the agent holds " + resident + " KiB", null);
    }
    return "the agent answers as before, the pod is "
        + after
        + ", "
        + (resident >> 10)
        + " MiB resident";
  }

  private static int send(Path socket) {
    Random random = new Random(SEED);
    int sent = 0;
    while (sent < FRAMES) {
      try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        for (int i = 0; i < PER_CONNECTION && sent < FRAMES; i++) {
          channel.write(frame(random));
          sent++;
        }
      } catch (IOException e) {
        // The agent or QEMU closed the connection; the next frames come on another.
        Pause.of(Duration.ofMillis(20));
      }
    }
    return sent;
  }

  /** Ten bytes of a frame's head, often with a length that is not the body's, then a body. */
  private static ByteBuffer frame(Random random) {
    byte[] body = new byte[random.nextInt(MAX_BODY)];
    random.nextBytes(body);
    ByteBuffer frame = ByteBuffer.allocate(10 + body.length);
    frame.putInt(random.nextInt(3) == 0 ? random.nextInt() : body.length);
    frame.putInt(random.nextInt());
    frame.put((byte) random.nextInt(5)).put((byte) random.nextInt());
    return frame.put(body).flip();
  }
}
