package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.AgentService;
import dev.cloister.rpc.MuxStream;
import dev.cloister.rpc.RpcClient;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.SerialSession;
import dev.cloister.rpc.StreamMux;
import dev.cloister.rpc.Wire;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The way to a VM's agent: its two serial ports, which QEMU shows as Unix sockets. A port has one
 * peer at a time; what is lost is connected again at the next use. Safe for use by any thread.
 */
public final class AgentLink implements AutoCloseable {

  private static final Duration FIRST_PATIENCE = Duration.ofSeconds(2);

  private final Path callSocket;
  private final Path streamSocket;
  private final NodeThreads threads;
  private final RandomGenerator random;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable RpcClient rpc;
  private @Nullable StreamMux streams;
  private boolean closed;

  AgentLink(Path directory, NodeThreads threads, RandomGenerator random) {
    this.callSocket = directory.resolve(QemuArguments.AGENT);
    this.streamSocket = directory.resolve(QemuArguments.STREAMS);
    this.threads = threads;
    this.random = random;
  }

  /** The socket of the port {@code cloister.agent}: whoever may open it can send any byte. */
  public Path callSocket() {
    return callSocket;
  }

  /** The socket of the port {@code cloister.streams}. */
  public Path streamSocket() {
    return streamSocket;
  }

  /**
   * The agent's calls, none filtered.
   *
   * @param timeout for the connection, where there is none, and for each call
   * @throws CloisterException with {@link NodeError#AGENT_SILENT} or {@link
   *     NodeError#AGENT_UNREACHABLE}
   */
  public AgentService calls(Duration timeout) {
    lock.lock();
    try {
      RpcClient current = rpc;
      if (current == null || current.isEnded()) {
        current =
            new RpcClient(
                session(callSocket, timeout),
                RpcLimits.STANDARD,
                threads.factory("agent-answers"),
                random);
        rpc = current;
      }
      return new AgentService.Client(current, timeout);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens a stream of a container, for example {@code web-1/stdout}.
   *
   * @throws CloisterException as {@link #calls}
   */
  public MuxStream stream(String name, Duration timeout) {
    lock.lock();
    try {
      for (int attempt = 0; attempt < 2; attempt++) {
        StreamMux current = streams;
        if (current == null) {
          current =
              StreamMux.opener(
                  session(streamSocket, timeout),
                  StreamMux.Limits.STANDARD,
                  threads.factory("agent-streams"));
          streams = current;
        }
        try {
          return current.open(name);
        } catch (IOException _) {
          current.close();
          streams = null;
        }
      }
      throw unreachable(streamSocket, "the connection is gone", null);
    } catch (IOException e) {
      throw unreachable(streamSocket, String.valueOf(e.getMessage()), e);
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of both ports, so that another may open their sockets; the next use connects again. */
  public void disconnect() {
    lock.lock();
    try {
      if (rpc != null) {
        rpc.close();
        rpc = null;
      }
      if (streams != null) {
        streams.close();
        streams = null;
      }
    } catch (IOException _) {
      // The connection has no use any more.
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      disconnect();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Connects and waits for the guest's answer. Where connections follow each other faster than the
   * guest takes the news of them, QEMU drops some, and the guest does not know that somebody is
   * there. So a greeting without an answer is followed by another, on a new connection, which is
   * waited for twice as long.
   */
  private Wire session(Path socket, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    long patience = FIRST_PATIENCE.toNanos();
    while (true) {
      long left = end - System.nanoTime();
      Wire wire = greet(socket, Math.min(patience, left));
      if (wire != null) {
        return wire;
      }
      if (left <= patience) {
        throw new CloisterException(
            NodeError.AGENT_SILENT, socket.toString(), "no answer in " + limit.toMillis() + " ms");
      }
      patience *= 2;
    }
  }

  /** One greeting; nothing where it is not answered. Closing the socket ends the waiting. */
  private @Nullable Wire greet(Path socket, long patience) {
    if (closed) {
      throw unreachable(socket, "the sandbox has been stopped", null);
    }
    SocketChannel channel = connect(socket);
    FutureTask<Wire> opening =
        threads.task("agent-session", () -> SerialSession.open(Wire.of(channel), random));
    boolean opened = false;
    try {
      Wire wire = opening.get(patience, TimeUnit.NANOSECONDS);
      opened = true;
      return wire;
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw unreachable(socket, String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(socket, "interrupted", e);
    } finally {
      if (!opened) {
        close(channel);
      }
    }
  }

  private static SocketChannel connect(Path socket) {
    try {
      return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw unreachable(socket, String.valueOf(e.getMessage()), e);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // Nobody uses it.
    }
  }

  private static CloisterException unreachable(
      Path socket, String detail, @Nullable Throwable cause) {
    return new CloisterException(NodeError.AGENT_UNREACHABLE, socket.toString(), detail, cause);
  }
}
