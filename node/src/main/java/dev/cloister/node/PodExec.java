package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.AgentContainers.ExecRequest;
import dev.cloister.rpc.AgentContainers.WaitRequest;
import dev.cloister.rpc.MuxStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Runs listed commands in containers and collects what they print. Safe for use by any thread. */
final class PodExec {

  /** Most bytes of each stream that are kept. */
  static final int MAX_OUTPUT = 1 << 20;

  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(5);

  private final AgentLink agent;
  private final NodeThreads threads;
  private final AtomicLong counter;

  /**
   * @param first where the numbers of commands begin; another than that of a former daemon
   */
  PodExec(AgentLink agent, NodeThreads threads, long first) {
    this.agent = agent;
    this.threads = threads;
    this.counter = new AtomicLong(first);
  }

  /** What a command did. */
  record Result(int exitCode, Bytes stdout, Bytes stderr) {}

  /**
   * Runs a command to its end.
   *
   * @param withOutput whether what it prints is asked for
   */
  Result run(String instance, List<String> argv, boolean withOutput) {
    String id = "e" + Long.toString(counter.incrementAndGet(), 36);
    agent.calls(PodContainer.CALL_LIMIT).exec(new ExecRequest(instance, id, argv, false, false));
    FutureTask<Bytes> stdout =
        threads.task("stdout", () -> read(withOutput, instance, id, "stdout"));
    FutureTask<Bytes> stderr =
        threads.task("stderr", () -> read(withOutput, instance, id, "stderr"));
    int code = agent.calls(LIMIT).await(new WaitRequest(instance, id)).exitCode();
    return new Result(code, settled(stdout), settled(stderr));
  }

  private Bytes read(boolean wanted, String instance, String id, String name) throws IOException {
    if (!wanted) {
      return Bytes.EMPTY;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (MuxStream stream =
        agent.stream(instance + "/" + id + "/" + name, PodContainer.CALL_LIMIT)) {
      byte[] chunk = new byte[16 << 10];
      int count = stream.read(chunk, 0, chunk.length);
      while (count >= 0) {
        out.write(chunk, 0, Math.min(count, MAX_OUTPUT - out.size()));
        count = stream.read(chunk, 0, chunk.length);
      }
    }
    return Bytes.of(out.toByteArray());
  }

  private static Bytes settled(FutureTask<Bytes> output) {
    try {
      return output.get(DRAIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return Bytes.EMPTY;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CloisterException refusal) {
        throw refusal;
      }
      return Bytes.ofUtf8(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(NodeError.AGENT_UNREACHABLE, "", "interrupted", e);
    }
  }
}
