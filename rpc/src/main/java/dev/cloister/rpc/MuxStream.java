package dev.cloister.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a {@link StreamMux}: bytes both ways, each direction with credit of its own. One
 * thread reads and one writes; both block. A reader that stalls stops its own writer and nobody
 * else.
 */
public final class MuxStream implements AutoCloseable {

  private static final int PIECE = 16 * 1024;

  private final StreamMux mux;
  private final int id;
  private final byte[] window;
  private int held;
  private int readAt;
  private int consumed;
  private long sendCredit;
  private boolean peerEnded;
  private boolean ended;
  private @Nullable String failure;

  MuxStream(StreamMux mux, int id, int windowBytes, long sendCredit) {
    this.mux = mux;
    this.id = id;
    this.window = new byte[windowBytes];
    this.sendCredit = sendCredit;
  }

  int id() {
    return id;
  }

  StreamMux mux() {
    return mux;
  }

  int windowBytes() {
    return window.length;
  }

  /**
   * Reads at least one byte, or -1 where the other end has ended its direction.
   *
   * @throws IOException where the other end refused the stream (the message begins with its code)
   *     or the connection is gone
   */
  public int read(byte[] into, int from, int length) throws IOException {
    int count;
    int credit = 0;
    synchronized (this) {
      try {
        while (held == 0 && !peerEnded && failure == null) {
          wait();
        }
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      if (held == 0 && peerEnded) {
        return -1;
      }
      if (held == 0) {
        throw new IOException(failure);
      }
      count = Math.min(Math.min(held, length), window.length - readAt);
      System.arraycopy(window, readAt, into, from, count);
      readAt = (readAt + count) % window.length;
      held -= count;
      consumed += count;
      if (consumed >= window.length / 2 && !peerEnded) {
        credit = consumed;
        consumed = 0;
      }
    }
    if (credit > 0) {
      mux.sendCredit(id, credit);
    }
    return count;
  }

  /** Writes all the bytes, as the other end gives credit for them. */
  public void write(byte[] source, int from, int length) throws IOException {
    int at = from;
    int end = from + length;
    while (at < end) {
      int piece = takeCredit(Math.min(PIECE, end - at));
      mux.sendData(id, source, at, piece);
      at += piece;
    }
  }

  private synchronized int takeCredit(int wanted) throws IOException {
    try {
      while (sendCredit == 0 && failure == null && !ended) {
        wait();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    if (failure != null) {
      throw new IOException(failure);
    }
    if (ended) {
      throw new IOException("the stream has been ended");
    }
    int piece = (int) Math.min(wanted, sendCredit);
    sendCredit -= piece;
    return piece;
  }

  private static IOException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IOException("interrupted", e);
  }

  /** Says that nothing more will be written. */
  public void end() throws IOException {
    synchronized (this) {
      if (ended || failure != null) {
        return;
      }
      ended = true;
      notifyAll();
    }
    mux.sendEnd(id);
    mux.forgetIfOver(this);
  }

  /** Ends the stream for both, saying why; the text begins with a code. */
  public void refuse(String reason) {
    fail(reason);
    mux.sendRefusal(id, reason);
    mux.forget(id);
  }

  /** Ends both directions; what the other end still sends is dropped. */
  @Override
  public void close() {
    if (isOver()) {
      mux.forget(id);
    } else {
      refuse(RpcError.CONNECTION_LOST.code() + ": the stream was closed");
    }
  }

  /** Whether the stream has ended in both directions, was refused, or lost its connection. */
  public synchronized boolean isOver() {
    return failure != null || (ended && peerEnded);
  }

  /** Bytes have come; false where they are more than the credit given. */
  synchronized boolean received(byte[] data) {
    if (peerEnded || data.length > window.length - held) {
      return false;
    }
    int at = (readAt + held) % window.length;
    int first = Math.min(data.length, window.length - at);
    System.arraycopy(data, 0, window, at, first);
    System.arraycopy(data, first, window, 0, data.length - first);
    held += data.length;
    notifyAll();
    return true;
  }

  synchronized void credited(int more) {
    sendCredit = Math.min(sendCredit + more, Integer.MAX_VALUE);
    notifyAll();
  }

  synchronized void peerEnded() {
    peerEnded = true;
    notifyAll();
  }

  synchronized void fail(String reason) {
    if (failure == null) {
      failure = reason;
    }
    notifyAll();
  }

  /** The reading side as a stream. */
  public InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return MuxStream.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        return length == 0 ? 0 : MuxStream.this.read(into, from, length);
      }
    };
  }

  /** The writing side as a stream; closing it ends that direction. */
  public OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        MuxStream.this.write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] source, int from, int length) throws IOException {
        MuxStream.this.write(source, from, length);
      }

      @Override
      public void close() throws IOException {
        MuxStream.this.end();
      }
    };
  }
}
