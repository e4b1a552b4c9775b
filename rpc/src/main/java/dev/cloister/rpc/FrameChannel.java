package dev.cloister.rpc;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one session on a wire. One thread reads; any thread writes, each frame in one
 * piece. After {@link #end} nothing is written any more, so that no late answer reaches the next
 * peer.
 */
final class FrameChannel {

  /** What is taken at first for a payload, whatever its header says. */
  private static final int FIRST_PIECE = 16 * 1024;

  private final Wire wire;
  private final int maxPayload;
  private final byte[] header = new byte[Frame.HEADER_BYTES];
  private boolean ended;

  FrameChannel(Wire wire, int maxPayload) {
    this.wire = wire;
    this.maxPayload = maxPayload;
  }

  /** A frame whose length is over the limit; what follows it cannot be told apart. */
  static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;
    final int stream;

    TooLarge(int stream, long length) {
      super("a frame of " + length + " bytes");
      this.stream = stream;
    }
  }

  /**
   * The next frame, or null where the session is over; a frame cut off there is dropped.
   *
   * @throws TooLarge where the header says more than the limit
   */
  @Nullable Frame read() throws IOException {
    if (!fill(header, 0, Frame.HEADER_BYTES)) {
      return null;
    }
    long length = Integer.toUnsignedLong(int32(header, 0));
    int stream = int32(header, 4);
    if (length > maxPayload) {
      throw new TooLarge(stream, length);
    }
    byte[] payload = payload((int) length);
    return payload == null ? null : new Frame(stream, header[8] & 0xff, header[9] & 0xff, payload);
  }

  /** Memory grows with the bytes that came, never with the number that the header named. */
  private byte @Nullable [] payload(int length) throws IOException {
    byte[] payload = new byte[Math.min(length, FIRST_PIECE)];
    int got = 0;
    while (got < length) {
      if (!fill(payload, got, payload.length)) {
        return null;
      }
      got = payload.length;
      if (got < length) {
        payload = Arrays.copyOf(payload, (int) Math.min(length, 2L * got));
      }
    }
    return payload;
  }

  private boolean fill(byte[] into, int from, int to) throws IOException {
    int at = from;
    while (at < to) {
      int got = wire.read(into, at, to - at);
      if (got < 0) {
        return false;
      }
      at += got;
    }
    return true;
  }

  /** Writes a frame with a message. */
  void write(int stream, int type, ProtoWriter message) throws IOException {
    byte[] frame = start(stream, type, message.size());
    message.copyTo(frame, Frame.HEADER_BYTES);
    send(frame);
  }

  /** Writes a frame with {@code length} bytes of {@code source}. */
  void write(int stream, int type, byte[] source, int from, int length) throws IOException {
    byte[] frame = start(stream, type, length);
    System.arraycopy(source, from, frame, Frame.HEADER_BYTES, length);
    send(frame);
  }

  private static byte[] start(int stream, int type, int length) {
    byte[] frame = new byte[Frame.HEADER_BYTES + length];
    putInt32(frame, 0, length);
    putInt32(frame, 4, stream);
    frame[8] = (byte) type;
    return frame;
  }

  private void send(byte[] frame) throws IOException {
    synchronized (wire) {
      if (!ended) {
        wire.write(frame, 0, frame.length);
      }
    }
  }

  /** Ends the session for those who write. */
  void end() {
    synchronized (wire) {
      ended = true;
    }
  }

  static int int32(byte[] source, int at) {
    return ((source[at] & 0xff) << 24)
        | ((source[at + 1] & 0xff) << 16)
        | ((source[at + 2] & 0xff) << 8)
        | (source[at + 3] & 0xff);
  }

  static void putInt32(byte[] target, int at, int value) {
    target[at] = (byte) (value >>> 24);
    target[at + 1] = (byte) (value >>> 16);
    target[at + 2] = (byte) (value >>> 8);
    target[at + 3] = (byte) value;
  }
}
