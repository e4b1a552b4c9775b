package dev.cloister.rpc;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Calls the services at the other end of a wire. Safe for use by any thread; calls run side by
 * side. A thread of the client reads the answers. When the connection ends, every open call fails
 * with {@link RpcError#CONNECTION_LOST} and so does every later one.
 */
public final class RpcClient implements AutoCloseable {

  private final Wire wire;
  private final RpcLimits limits;
  private final FrameChannel frames;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Integer, Pending> open = new HashMap<>();
  private int nextStream;
  private boolean ended;

  /**
   * Starts to read answers.
   *
   * @param threads makes the reading thread
   * @param random picks the first stream number, so that a late answer to a former client of the
   *     same port is not taken for one to this
   */
  public RpcClient(Wire wire, RpcLimits limits, ThreadFactory threads, RandomGenerator random) {
    this.wire = wire;
    this.limits = limits;
    this.frames = new FrameChannel(wire, limits.frameBytes());
    this.nextStream = random.nextInt(1 << 29) * 2 + 1;
    threads.newThread(this::readAnswers).start();
  }

  /**
   * Calls a method and waits for its answer.
   *
   * @param timeout how long to wait; the other end learns it too
   * @return reads the message that came back
   * @throws PeerRefusal where the other end refused
   * @throws CloisterException with {@link RpcError#TIMED_OUT}, {@link RpcError#CONNECTION_LOST},
   *     {@link RpcError#TOO_MANY_CALLS} or {@link RpcError#FRAME_TOO_LARGE}
   */
  public ProtoReader call(String service, String method, ProtoMessage request, Duration timeout) {
    long nanos = nanosOf(timeout);
    ProtoWriter message = RpcRequest.write(service, method, request, nanos);
    if (message.size() > limits.frameBytes()) {
      throw new CloisterException(
          RpcError.FRAME_TOO_LARGE, method, "a request of " + message.size() + " bytes");
    }
    Pending pending = new Pending(lock.newCondition());
    int stream = register(method, pending);
    try {
      frames.write(stream, Frame.REQUEST, message);
      return RpcResponse.read(await(method, pending, nanos), method, limits.parts());
    } catch (IOException e) {
      throw lost(method, e);
    } finally {
      forget(stream);
    }
  }

  private static long nanosOf(Duration timeout) {
    try {
      return timeout.toNanos();
    } catch (ArithmeticException _) {
      return Long.MAX_VALUE;
    }
  }

  private int register(String method, Pending pending) {
    lock.lock();
    try {
      if (ended) {
        throw lost(method, null);
      }
      if (open.size() >= limits.callsInFlight()) {
        throw new CloisterException(
            RpcError.TOO_MANY_CALLS, method, open.size() + " calls are under way");
      }
      int stream = nextStream;
      nextStream = stream == Integer.MAX_VALUE ? 1 : stream + 2;
      open.put(stream, pending);
      return stream;
    } finally {
      lock.unlock();
    }
  }

  private byte[] await(String method, Pending pending, long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (pending.payload == null) {
        if (ended) {
          throw lost(method, null);
        }
        if (left <= 0) {
          throw new CloisterException(
              RpcError.TIMED_OUT,
              method,
              "no answer within " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms");
        }
        left = pending.answered.awaitNanos(left);
      }
      return pending.payload;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(RpcError.TIMED_OUT, method, "interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  private void forget(int stream) {
    lock.lock();
    try {
      open.remove(stream);
    } finally {
      lock.unlock();
    }
  }

  private void readAnswers() {
    try {
      wire.awaitPeer();
      Frame frame = frames.read();
      while (frame != null) {
        if (frame.type == Frame.RESPONSE && frame.flags == 0) {
          answer(frame);
        }
        frame = frames.read();
      }
    } catch (IOException _) {
      // The connection is lost; those who wait learn it below.
    } finally {
      end();
    }
  }

  private void answer(Frame frame) {
    lock.lock();
    try {
      Pending pending = open.get(frame.stream);
      if (pending != null) {
        pending.payload = frame.payload;
        pending.answered.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      for (Pending pending : open.values()) {
        pending.answered.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the connection has ended. */
  public boolean isEnded() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the connection. */
  @Override
  public void close() {
    end();
    try {
      wire.close();
    } catch (IOException _) {
      // Nothing is lost: the connection has no use any more.
    }
  }

  private static CloisterException lost(String method, @Nullable Throwable cause) {
    return new CloisterException(RpcError.CONNECTION_LOST, method, "the other end has gone", cause);
  }

  /** A call that waits for its answer; guarded by the lock. */
  private static final class Pending {
    private final Condition answered;
    private byte @Nullable [] payload;

    Pending(Condition answered) {
      this.answered = answered;
    }
  }
}
