package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.LogPolicy;
import dev.cloister.policy.Release;
import dev.cloister.rpc.MuxStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a container prints, as far as its policy gives it to the host, in a log of bounded size. The
 * two streams are written as they come. Safe for use by any thread.
 */
final class ContainerLog implements AutoCloseable {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(2);

  private final LogPolicy policy;
  private final AgentLink agent;
  private final NodeThreads threads;
  private final EventLog events;
  private final BoundedLog log;
  private volatile CountDownLatch open = new CountDownLatch(0);

  ContainerLog(Path file, LogPolicy policy, AgentLink agent, NodeThreads threads, EventLog events) {
    this.policy = policy;
    this.agent = agent;
    this.threads = threads;
    this.events = events;
    this.log = new BoundedLog(file, 2 << 20, 4);
  }

  /** Whether the policy gives nothing of it to the host. */
  boolean isClosed() {
    return policy.equals(LogPolicy.CLOSED);
  }

  BoundedLog log() {
    return log;
  }

  /** Copies the output of an instance until that ends. */
  void follow(String instance) {
    log.resume();
    List<String> names = new ArrayList<>();
    if (policy.stdout() == Release.HOST) {
      names.add(instance + "/stdout");
    }
    if (policy.stderr() == Release.HOST) {
      names.add(instance + "/stderr");
    }
    CountDownLatch latch = new CountDownLatch(names.size());
    open = latch;
    for (String name : names) {
      threads.start("log-" + name, () -> copy(name, latch));
    }
  }

  /** Waits a little for the last bytes of an instance that has ended. */
  void settle() {
    try {
      boolean all = open.await(SETTLE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (!all) {
        events.event("log-late", "a stream did not end with its container");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    log.close();
  }

  private void copy(String name, CountDownLatch latch) {
    try (MuxStream stream = agent.stream(name, CONNECT_LIMIT)) {
      byte[] chunk = new byte[16 << 10];
      int count = stream.read(chunk, 0, chunk.length);
      while (count >= 0) {
        log.write(Bytes.of(chunk, 0, count));
        count = stream.read(chunk, 0, chunk.length);
      }
    } catch (IOException e) {
      events.event("log-ended", name, String.valueOf(e.getMessage()));
    } catch (CloisterException e) {
      events.failure("log", name, e);
    } finally {
      latch.countDown();
    }
  }
}
