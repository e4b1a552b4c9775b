package dev.cloister.channel;

import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Head;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Real sockets over loopback, and things done at the same time. */
final class Connected {

  static final ChannelLimits LIMITS =
      ChannelLimits.standard()
          .withTimes(Duration.ofSeconds(30), Duration.ofHours(1), Duration.ofSeconds(30));

  private Connected() {}

  /** Two connected sockets. */
  record Pair(Socket initiator, Socket responder) {
    static Pair open() throws IOException {
      try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Socket initiator = new Socket(server.getInetAddress(), server.getLocalPort());
        return new Pair(initiator, server.accept());
      }
    }
  }

  /** Both ends of an open channel. */
  record Ends(AttestedConnection initiator, AttestedConnection responder) implements AutoCloseable {
    @Override
    public void close() {
      initiator.close();
      responder.close();
    }
  }

  static Ends open(Responder responder, ChannelLimits limits, Purpose purpose) throws Exception {
    Pair pair = Pair.open();
    FutureTask<AttestedConnection> accepting = start(() -> responder.accept(pair.responder()));
    AttestedConnection connection =
        Initiator.attesting(Lab.coordinators(), Lab.initiatorOf(purpose), limits, Lab.RANDOM)
            .connect(pair.initiator(), Lab.SHOP.pin(), purpose, Head.NONE);
    return new Ends(connection, result(accepting));
  }

  static Responder responder(ChannelLimits limits) {
    return new Responder(Lab.service(() -> Lab.HEAD), Lab.batcher(), limits, Lab.RANDOM);
  }

  static <T> FutureTask<T> start(Callable<T> action) {
    FutureTask<T> task = new FutureTask<>(action);
    Thread.ofVirtual().start(task);
    return task;
  }

  /** Something whose end nobody waits for. */
  static void begin(Callable<?> action) {
    Thread.ofVirtual().start(new FutureTask<>(action));
  }

  static <T> T result(FutureTask<T> task) throws Exception {
    return task.get(60, TimeUnit.SECONDS);
  }

  /** The refusal that the task ended with. */
  static CloisterException refusal(FutureTask<?> task) throws Exception {
    try {
      throw new AssertionError("not refused: " + task.get(60, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CloisterException refusal) {
        return refusal;
      }
      throw e;
    }
  }
}
