package dev.cloister.rpc;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Answers ttrpc calls on wires. {@link #serve} runs in the thread that reads the wire; each call
 * runs in a thread of its own from the factory, so calls are answered as they are ready, in any
 * order.
 *
 * <p>What is refused, with its code: a frame that is no request (the connection goes on), a message
 * that is not strictly what belongs there, an unknown service or method, a call beyond the number
 * in flight. A frame longer than the limit is refused and ends the connection, because nothing
 * after it can be told apart.
 */
public final class RpcServer {

  private final List<RpcService> services;
  private final RpcLimits limits;
  private final ThreadFactory threads;

  /**
   * @param services what is answered, by name
   * @param threads makes the thread of each call: virtual ones on a host, platform ones where the
   *     calls block natively on a machine with one processor
   */
  public RpcServer(List<RpcService> services, RpcLimits limits, ThreadFactory threads) {
    this.services = List.copyOf(services);
    this.limits = limits;
    this.threads = threads;
  }

  /** Serves one peer after the other until the wire ends, then closes it. */
  public void serve(Wire wire) throws IOException {
    try (wire) {
      while (wire.awaitPeer()) {
        new Session(wire).run();
      }
    }
  }

  private CloisterException internal() {
    return new CloisterException(RpcError.INTERNAL, "", "the call failed");
  }

  /** One peer. */
  private final class Session {
    private final FrameChannel frames;
    private final Set<Thread> waiting = new HashSet<>();
    private int inFlight;
    private boolean gone;

    Session(Wire wire) {
      this.frames = new FrameChannel(wire, limits.frameBytes());
    }

    void run() throws IOException {
      try {
        Frame frame = frames.read();
        while (frame != null) {
          accept(frame);
          frame = frames.read();
        }
      } catch (FrameChannel.TooLarge e) {
        refuse(
            e.stream,
            new CloisterException(RpcError.FRAME_TOO_LARGE, "", String.valueOf(e.getMessage())));
      } finally {
        frames.end();
        interruptWaiting();
      }
    }

    private synchronized void interruptWaiting() {
      gone = true;
      for (Thread thread : waiting) {
        thread.interrupt();
      }
    }

    /** The calling thread only waits: it ends when the peer has gone. */
    private synchronized void waits(boolean begins) {
      Thread thread = Thread.currentThread();
      if (!begins) {
        waiting.remove(thread);
      } else if (gone) {
        thread.interrupt();
      } else {
        waiting.add(thread);
      }
    }

    private void accept(Frame frame) throws IOException {
      CloisterException refusal = refusalOf(frame);
      if (refusal != null) {
        refuse(frame.stream, refusal);
        return;
      }
      threads.newThread(new Call(this, frame)).start();
    }

    private @Nullable CloisterException refusalOf(Frame frame) {
      if (frame.type != Frame.REQUEST || frame.flags != 0) {
        return new CloisterException(
            RpcError.UNKNOWN_FRAME, "", "type " + frame.type + ", flags " + frame.flags);
      }
      synchronized (this) {
        if (inFlight >= limits.callsInFlight()) {
          return new CloisterException(
              RpcError.TOO_MANY_CALLS, "", inFlight + " calls are under way");
        }
        inFlight++;
        return null;
      }
    }

    private void refuse(int stream, CloisterException refusal) throws IOException {
      frames.write(stream, Frame.RESPONSE, RpcResponse.refusal(refusal));
    }

    private synchronized void done() {
      inFlight--;
    }
  }

  /** One call of a peer. */
  private final class Call implements Runnable {
    private final Session session;
    private final Frame frame;

    Call(Session session, Frame frame) {
      this.session = session;
      this.frame = frame;
    }

    @Override
    public void run() {
      ProtoWriter response = answer();
      session.done();
      try {
        session.frames.write(frame.stream, Frame.RESPONSE, response);
      } catch (IOException _) {
        // The peer is gone; whoever reads the wire sees the same and ends the session.
        session.frames.end();
      }
    }

    private ProtoWriter answer() {
      try {
        RpcRequest request = RpcRequest.read(frame.payload, limits.parts());
        ProtoWriter response = RpcResponse.success(call(request));
        if (response.size() > RpcLimits.MAX_FRAME_BYTES) {
          throw new CloisterException(RpcError.FRAME_TOO_LARGE, request.method(), "the answer");
        }
        return response;
      } catch (CloisterException e) {
        return RpcResponse.refusal(e);
      } catch (RuntimeException e) {
        Thread thread = Thread.currentThread();
        thread.getThreadGroup().uncaughtException(thread, e);
        return RpcResponse.refusal(internal());
      }
    }

    private ProtoMessage call(RpcRequest request) {
      RpcService service = service(request.service());
      if (!service.endsWithCaller(request.method())) {
        return service.call(request);
      }
      session.waits(true);
      try {
        return service.call(request);
      } finally {
        session.waits(false);
      }
    }

    private RpcService service(String name) {
      for (int i = 0; i < services.size(); i++) {
        if (services.get(i).name().equals(name)) {
          return services.get(i);
        }
      }
      throw new CloisterException(RpcError.UNKNOWN_SERVICE, "", "no service " + name);
    }
  }
}
