package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;

/**
 * Frames over a byte stream: one byte of type, four bytes big-endian of length, the body. The
 * length is compared with what the place allows before any byte of the body is read, and memory
 * grows only with what arrives. One thread reads; any thread writes.
 */
final class FrameLink {

  private static final int HEADER = 5;

  private final InputStream in;
  private final OutputStream out;
  private final ReentrantLock writing = new ReentrantLock();

  FrameLink(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /**
   * The next frame.
   *
   * @param budget the most bytes that a frame of this type may have here; negative where it must
   *     not come
   */
  Frame read(Step step, ToIntFunction<FrameType> budget) throws IOException {
    byte[] header = in.readNBytes(HEADER);
    if (header.length == 0) {
      throw step.refuse(ChannelError.CONNECTION_LOST, "the peer closed the connection");
    }
    if (header.length < HEADER) {
      throw step.refuse(ChannelError.CONNECTION_LOST, "the connection ended inside a frame");
    }
    FrameType type = type(step, header[0]);
    int length = ByteBuffer.wrap(header).getInt(1);
    int most = budget.applyAsInt(type);
    if (most < 0) {
      throw step.refuse(ChannelError.MESSAGE_OUT_OF_ORDER, "a frame of type " + type.number());
    }
    if (length < 0 || length > most) {
      throw step.refuse(
          ChannelError.MESSAGE_TOO_LARGE,
          Integer.toUnsignedString(length) + " bytes, allowed are " + most);
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw step.refuse(ChannelError.CONNECTION_LOST, "the connection ended inside a frame");
    }
    return new Frame(type, Bytes.of(body));
  }

  private static FrameType type(Step step, byte number) {
    for (FrameType type : FrameType.values()) {
      if (type.number() == number) {
        return type;
      }
    }
    throw step.refuse(ChannelError.MESSAGE_MALFORMED, "a frame of type " + (number & 0xff));
  }

  void write(FrameType type, Bytes body) throws IOException {
    byte[] source = body.toArray();
    write(type, source, 0, source.length);
  }

  void write(FrameType type, byte[] source, int offset, int length) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(HEADER + length);
    frame.put((byte) type.number()).putInt(length).put(source, offset, length);
    writing.lock();
    try {
      out.write(frame.array());
      out.flush();
    } finally {
      writing.unlock();
    }
  }

  /** Tells the peer why, if it still listens. */
  void refuse(CloisterException refusal) {
    try {
      write(FrameType.REFUSAL, RefusalMessage.of(refusal).encode());
    } catch (IOException e) {
      // The refusal stands whether the peer hears of it or not.
    }
  }
}
