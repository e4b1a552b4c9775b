package dev.cloister.rpc;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Many streams over one wire of their own, apart from the calls. Frames have the header of ttrpc
 * and these types:
 *
 * <ul>
 *   <li>16 OPEN: the first credit as 4 bytes, then the name; only from the end that opens
 *   <li>17 CREDIT: 4 bytes, how many bytes more may be sent
 *   <li>18 DATA: at most the credit
 *   <li>19 END: nothing more will come in this direction
 *   <li>20 REFUSE: the stream is over for both; a text that begins with a code
 * </ul>
 *
 * <p>Whoever sends more than its credit, opens a number twice or sends an unknown frame loses the
 * connection. One thread reads the wire and never waits for a stream; a stalled reader of one
 * stream stops nobody else, because nobody may send what its reader has no room for.
 */
public final class StreamMux implements AutoCloseable {

  private static final int FRAME_BYTES = 64 * 1024;
  private static final int NAME_BYTES = 256;

  private final Wire wire;
  private final int windowBytes;
  private final int maxStreams;
  private final FrameChannel frames;
  private final Map<Integer, MuxStream> streams = new HashMap<>();
  private int nextId = 1;
  private boolean over;

  private StreamMux(Wire wire, Limits limits) {
    this.wire = wire;
    this.windowBytes = limits.windowBytes;
    this.maxStreams = limits.streams;
    this.frames = new FrameChannel(wire, FRAME_BYTES);
  }

  /**
   * What one end takes.
   *
   * @param windowBytes bytes that a stream may hold before its reader takes them, 1 KiB to 64 KiB
   * @param streams streams open at once, 1 to 4096
   */
  public record Limits(int windowBytes, int streams) {

    /** 32 KiB, 256 streams. */
    public static final Limits STANDARD = new Limits(32 * 1024, 256);

    /** Checks the ranges. */
    public Limits {
      if (windowBytes < 1024 || windowBytes > FRAME_BYTES) {
        throw new IllegalArgumentException("a window of " + windowBytes + " bytes");
      }
      if (streams < 1 || streams > 4096) {
        throw new IllegalArgumentException(streams + " streams");
      }
    }
  }

  /** The end that opens streams. A thread from the factory reads the wire. */
  public static StreamMux opener(Wire wire, Limits limits, ThreadFactory threads) {
    StreamMux mux = new StreamMux(wire, limits);
    threads.newThread(mux::readAsOpener).start();
    return mux;
  }

  /**
   * Serves the streams that peers open, one peer after the other, until the wire ends. The calling
   * thread reads the wire; each stream gets a thread from the factory.
   */
  public static void serve(Wire wire, Limits limits, ThreadFactory threads, StreamAcceptor acceptor)
      throws IOException {
    try (wire) {
      while (wire.awaitPeer()) {
        new StreamMux(wire, limits).readFrames(new Opening(threads, acceptor));
      }
    }
  }

  /** Who serves the streams that the peer opens. */
  private record Opening(ThreadFactory threads, StreamAcceptor acceptor) {}

  /**
   * Opens a stream. The other end's refusal shows at the first read or write.
   *
   * @param name what is asked for, for example {@code web-1/stdout}
   * @throws IOException where the connection is gone
   */
  public MuxStream open(String name) throws IOException {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    if (text.length == 0 || text.length > NAME_BYTES) {
      throw new CloisterException(RpcError.STREAM_PROTOCOL, name, "the name's length");
    }
    MuxStream stream;
    synchronized (this) {
      if (over) {
        throw new IOException("the connection is gone");
      }
      if (streams.size() >= maxStreams) {
        throw new CloisterException(RpcError.TOO_MANY_CALLS, name, "too many streams are open");
      }
      stream = new MuxStream(this, nextId++, windowBytes, 0);
      streams.put(stream.id(), stream);
    }
    byte[] payload = new byte[4 + text.length];
    FrameChannel.putInt32(payload, 0, windowBytes);
    System.arraycopy(text, 0, payload, 4, text.length);
    frames.write(stream.id(), Frame.OPEN, payload, 0, payload.length);
    return stream;
  }

  private void readAsOpener() {
    try {
      wire.awaitPeer();
      readFrames(new Opening(Thread::new, StreamMux::refuseAll));
    } catch (IOException _) {
      // The streams have learnt it already.
    }
  }

  private static void refuseAll(String name, MuxStream stream) {
    throw new CloisterException(RpcError.STREAM_REFUSED, name, "streams are opened from here");
  }

  private void readFrames(Opening opening) throws IOException {
    try {
      Frame frame = frames.read();
      while (frame != null && take(frame, opening)) {
        frame = frames.read();
      }
    } catch (FrameChannel.TooLarge _) {
      // Nothing after it can be told apart: the connection ends.
    } finally {
      endAll();
    }
  }

  /** Takes one frame; false where it breaks the rules. */
  private boolean take(Frame frame, Opening opening) {
    if (frame.flags != 0 || frame.stream <= 0) {
      return false;
    }
    if (frame.type == Frame.OPEN) {
      return opened(frame, opening);
    }
    MuxStream stream = find(frame.stream);
    return switch (frame.type) {
      case Frame.DATA -> stream == null || stream.received(frame.payload);
      case Frame.CREDIT -> credited(stream, frame.payload);
      case Frame.END -> {
        if (stream != null) {
          stream.peerEnded();
          forgetIfOver(stream);
        }
        yield frame.payload.length == 0;
      }
      case Frame.REFUSE -> {
        if (stream != null) {
          stream.fail(new String(frame.payload, StandardCharsets.UTF_8));
          forget(frame.stream);
        }
        yield true;
      }
      default -> false;
    };
  }

  private static boolean credited(@Nullable MuxStream stream, byte[] payload) {
    if (payload.length != 4) {
      return false;
    }
    int more = FrameChannel.int32(payload, 0);
    if (more < 0) {
      return false;
    }
    if (stream != null) {
      stream.credited(more);
    }
    return true;
  }

  private boolean opened(Frame frame, Opening opening) {
    if (frame.payload.length < 5 || frame.payload.length > 4 + NAME_BYTES) {
      return false;
    }
    int credit = FrameChannel.int32(frame.payload, 0);
    String name;
    try {
      name =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(frame.payload, 4, frame.payload.length - 4))
              .toString();
    } catch (CharacterCodingException _) {
      return false;
    }
    MuxStream stream = new MuxStream(this, frame.stream, windowBytes, Math.max(0, credit));
    synchronized (this) {
      if (credit < 0 || streams.containsKey(frame.stream) || streams.size() >= maxStreams) {
        return false;
      }
      streams.put(frame.stream, stream);
    }
    opening.threads().newThread(new Serving(name, stream, opening.acceptor())).start();
    return true;
  }

  /** Serves one stream. */
  private static final class Serving implements Runnable {
    private final String name;
    private final MuxStream stream;
    private final StreamAcceptor acceptor;

    Serving(String name, MuxStream stream, StreamAcceptor acceptor) {
      this.name = name;
      this.stream = stream;
      this.acceptor = acceptor;
    }

    @Override
    public void run() {
      try {
        stream.mux().sendCredit(stream.id(), stream.windowBytes());
        acceptor.accept(name, stream);
        stream.end();
      } catch (CloisterException e) {
        stream.refuse(String.valueOf(e.getMessage()));
      } catch (IOException _) {
        stream.fail("the connection is gone");
      } finally {
        stream.close();
      }
    }
  }

  private synchronized @Nullable MuxStream find(int id) {
    return streams.get(id);
  }

  void forgetIfOver(MuxStream stream) {
    if (stream.isOver()) {
      forget(stream.id());
    }
  }

  synchronized void forget(int id) {
    streams.remove(id);
  }

  void sendCredit(int id, int more) throws IOException {
    byte[] payload = new byte[4];
    FrameChannel.putInt32(payload, 0, more);
    frames.write(id, Frame.CREDIT, payload, 0, 4);
  }

  void sendData(int id, byte[] source, int from, int length) throws IOException {
    frames.write(id, Frame.DATA, source, from, length);
  }

  void sendEnd(int id) throws IOException {
    frames.write(id, Frame.END, new byte[0], 0, 0);
  }

  void sendRefusal(int id, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    try {
      frames.write(id, Frame.REFUSE, text, 0, Math.min(text.length, 1024));
    } catch (IOException _) {
      // The connection is gone, and with it the stream.
      forget(id);
    }
  }

  private void endAll() {
    frames.end();
    Map<Integer, MuxStream> left;
    synchronized (this) {
      over = true;
      left = Map.copyOf(streams);
      streams.clear();
    }
    for (MuxStream stream : left.values()) {
      stream.fail("the connection is gone");
    }
  }

  /** Ends all streams and the wire. */
  @Override
  public void close() throws IOException {
    endAll();
    wire.close();
  }
}
